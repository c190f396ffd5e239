//! The library's functions, by name.
//!
//! The C API has no call that tells its version. `LGBM_DatasetCreateFromArrowStream`, which we
//! need, came with 4.7.0; a library that has it is 4.7 or later.

use std::ffi::{c_char, c_int, c_void};

use arrow::ffi_stream::FFI_ArrowArrayStream;

/// A `DatasetHandle` or `BoosterHandle`.
pub(crate) type Handle = *mut c_void;

macro_rules! symbols {
    ($($field:ident = $name:ident($($argument:ty),*) -> $returns:ty;)*) => {
        /// One pointer a function, named without `LGBM_`; signatures from `LightGBM/c_api.h`.
        pub(crate) struct Symbols {
            $(pub $field: unsafe extern "C" fn($($argument),*) -> $returns,)*
        }

        impl Symbols {
            /// Looks all functions up; gives the name of the first that is missing.
            ///
            /// # Safety
            ///
            /// The library must be LightGBM and stay loaded while the pointers are in use.
            pub unsafe fn load(library: &libloading::Library) -> Result<Self, &'static str> {
                Ok(Self {
                    $($field: {
                        // SAFETY: the name is one of LightGBM's C API, whose signature is stable
                        // and is the one declared; the caller keeps the library loaded.
                        let symbol = unsafe { library.get(stringify!($name)) };
                        *symbol.map_err(|_| stringify!($name))?
                    },)*
                })
            }
        }
    };
}

symbols! {
    dataset_create = LGBM_DatasetCreateFromArrowStream(*mut FFI_ArrowArrayStream, *const c_char, Handle, *mut Handle) -> c_int;
    dataset_set_field = LGBM_DatasetSetField(Handle, *const c_char, *const c_void, c_int, c_int) -> c_int;
    dataset_set_names = LGBM_DatasetSetFeatureNames(Handle, *mut *const c_char, c_int) -> c_int;
    dataset_free = LGBM_DatasetFree(Handle) -> c_int;
    booster_create = LGBM_BoosterCreate(Handle, *const c_char, *mut Handle) -> c_int;
    booster_load = LGBM_BoosterLoadModelFromString(*const c_char, *mut c_int, *mut Handle) -> c_int;
    booster_update = LGBM_BoosterUpdateOneIter(Handle, *mut c_int) -> c_int;
    booster_save = LGBM_BoosterSaveModelToString(Handle, c_int, c_int, c_int, i64, *mut i64, *mut c_char) -> c_int;
    booster_features = LGBM_BoosterGetNumFeature(Handle, *mut c_int) -> c_int;
    booster_count = LGBM_BoosterCalcNumPredict(Handle, c_int, c_int, c_int, c_int, *mut i64) -> c_int;
    booster_predict = LGBM_BoosterPredictForArrowStream(Handle, *mut FFI_ArrowArrayStream, c_int, c_int, c_int, *const c_char, *mut i64, *mut f64) -> c_int;
    booster_free = LGBM_BoosterFree(Handle) -> c_int;
    last_error = LGBM_GetLastError() -> *const c_char;
}
