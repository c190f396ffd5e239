//! The binary; everything that can be tested is in the library.

use std::process::ExitCode;

/// Columns come and go by the megabyte: the system's allocator gives their pages back each time, and
/// getting them again costs more than most functions do.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    set_openmp_policy();
    trademl_engine::allocator::lend_freed_memory();
    hide_caught_panics();
    trademl_sql::app::main(std::env::args_os())
}

/// LightGBM's OpenMP threads spin while they wait unless told otherwise, which makes two threads on
/// a busy machine twenty times slower than one. The library reads the variable when it is loaded,
/// much later and among many threads, so it is set here; whoever set it already is obeyed.
#[allow(unsafe_code)]
fn set_openmp_policy() {
    if std::env::var_os("OMP_WAIT_POLICY").is_none() {
        // SAFETY: the first statement of main; no other thread exists that could read the environment.
        unsafe { std::env::set_var("OMP_WAIT_POLICY", "PASSIVE") };
    }
}

/// A write that fails while a file is closed makes `object_store` panic in the attempt to abort it.
/// The Delta library catches that, and the failed write is reported as an error; a second report of
/// the same on standard error would only look like a crash.
fn hide_caught_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let file = panic.location().map(|at| at.file().replace('\\', "/")).unwrap_or_default();
        if !(file.contains("/object_store-") && file.ends_with("/src/buffered.rs")) {
            usual(panic);
        }
    }));
}
