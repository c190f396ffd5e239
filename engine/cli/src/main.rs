//! The binary; everything that can be tested is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    set_openmp_policy();
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
