//! The `canon` command: everything it does is a library call.

fn main() -> std::process::ExitCode {
    canonry::cli::run(std::env::args_os())
}
