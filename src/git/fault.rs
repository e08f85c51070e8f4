//! Points at which a test can end the program, as a kill would, or let writing fail, as a full disk would.
//!
//! `CANON_FAULT=N` ends it at the Nth point, `CANON_FAULT=N:full` lets that one and all that follow fail, and
//! `CANON_FAULT=count:FILE` writes a byte to a file at each. Only programs that are built with debug assertions look at it.

use std::io;

/// A point: something is about to be written, or just was.
///
/// # Errors
/// Writing is to fail from here on.
#[cfg(debug_assertions)]
pub(super) fn point() -> io::Result<()> {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicU32, Ordering};

    static PASSED: AtomicU32 = AtomicU32::new(0);
    let Ok(armed) = std::env::var("CANON_FAULT") else { return Ok(()) };
    let passed = PASSED.fetch_add(1, Ordering::SeqCst).saturating_add(1);
    if let Some(file) = armed.strip_prefix("count:") {
        return std::fs::OpenOptions::new().create(true).append(true).open(file)?.write_all(b".");
    }
    match armed.strip_suffix(":full") {
        Some(first) if first.parse().is_ok_and(|first: u32| passed >= first) => {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        }
        None if armed.parse() == Ok(passed) => std::process::abort(),
        _ => Ok(()),
    }
}

/// No point.
#[cfg(not(debug_assertions))]
#[inline]
pub(super) fn point() -> io::Result<()> {
    Ok(())
}
