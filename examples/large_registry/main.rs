//! Makes a large registry to measure with.
//!
//! ```text
//! cargo run --release --example large_registry -- 10000 FOLDER
//! ```

mod make;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, folder] = arguments.as_slice() else { panic!("say how many definitions, and where") };
    make::make(count.parse().expect("a number of definitions"), Path::new(folder));
}
