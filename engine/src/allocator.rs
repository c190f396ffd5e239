//! How the binaries' allocator treats memory that it has no use for.

/// mimalloc's `mi_option_purge_decommits`, which its Rust bindings do not name.
const PURGE_DECOMMITS: libmimalloc_sys::mi_option_t = 5;

/// Lets the system take freed memory back when it needs it, instead of giving it back at once: columns come
/// and go by the megabyte, and pages that are cleared again for each of them cost a sixth of a wide query.
#[expect(unsafe_code, reason = "a call of the allocator's C library")]
pub fn lend_freed_memory() {
    // SAFETY: sets a number; the option is one of those in the library's header.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DECOMMITS, 0) };
}
