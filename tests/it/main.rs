//! t
mod world;
fn main() {}
