//! The `canon` command: everything it does is a library call.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    canonry::cli::run(std::env::args_os())
}
