//! Training data, handed over by Arrow's C stream interface.

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, RecordBatch, RecordBatchIterator};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ffi_stream::FFI_ArrowArrayStream;

use crate::symbols::Handle;
use crate::{Error, Library, Parameters, Result};

/// `C_API_DTYPE_FLOAT32`.
const FLOAT32: c_int = 0;

/// Features, binned, with their target.
pub struct Dataset {
    handle: Handle,
    library: Library,
}

// SAFETY: a data set is a plain heap object of the library without ties to the thread that made it;
// it is only used through `&self` to start a booster, and freed by whichever thread drops it.
unsafe impl Send for Dataset {}

impl Dataset {
    /// Builds a data set. NULL and NaN features are missing values. The parameters that concern
    /// data (`max_bin`, `categorical_feature`, …) take effect here.
    ///
    /// # Errors
    ///
    /// If names, features and target differ in number, there are no rows, more than 2³¹ − 1 rows,
    /// or the library refuses.
    pub fn new(
        library: Library,
        names: &[String],
        features: &[Float64Array],
        target: &Float64Array,
        parameters: &Parameters,
    ) -> Result<Self> {
        if names.len() != features.len() || features.is_empty() {
            let (n, m) = (names.len(), features.len());
            return Err(Error::Data(format!("{n} names for {m} features, expected one each")));
        }
        if features.iter().any(|f| f.len() != target.len()) {
            return Err(Error::Data("features and target differ in length".to_string()));
        }
        if target.is_empty() || i32::try_from(target.len()).is_err() {
            let rows = target.len();
            return Err(Error::Data(format!("{rows} rows, expected 1 to {}", i32::MAX)));
        }
        if target.null_count() > 0 {
            return Err(Error::Data("the target has NULLs, expected none".to_string()));
        }
        let line = parameters.line();
        let mut handle: Handle = null_mut();
        let mut stream = table_stream(features)?;
        // SAFETY: the stream is a valid one; the call moves it out and releases it even when it
        // fails (its own destructor then finds it empty). `handle` is written on success.
        library.check(unsafe {
            (library.symbols().dataset_create)(
                &raw mut stream,
                line.as_ptr(),
                null_mut(),
                &raw mut handle,
            )
        })?;
        let dataset = Self { handle, library };
        // The library keeps targets in single precision.
        let label: Vec<f32> = target.values().iter().map(|v| *v as f32).collect();
        // SAFETY: the handle is live; the pointer covers `label.len()` floats, which are copied.
        library.check(unsafe {
            let (data, count) = (label.as_ptr().cast::<c_void>(), label.len() as c_int);
            (library.symbols().dataset_set_field)(handle, c"label".as_ptr(), data, count, FLOAT32)
        })?;
        dataset.set_names(names)?;
        Ok(dataset)
    }

    fn set_names(&self, names: &[String]) -> Result<()> {
        let refuse = |n: &String| Error::Data(format!("feature name '{n}' holds a NUL"));
        let owned: Vec<CString> = names
            .iter()
            .map(|n| CString::new(n.as_str()).map_err(|_| refuse(n)))
            .collect::<Result<_>>()?;
        let mut pointers: Vec<*const c_char> = owned.iter().map(|n| n.as_ptr()).collect();
        // SAFETY: the handle is live; the strings outlive the call, which copies them.
        self.library.check(unsafe {
            let count = pointers.len() as c_int;
            (self.library.symbols().dataset_set_names)(self.handle, pointers.as_mut_ptr(), count)
        })
    }

    pub(crate) fn handle(&self) -> Handle {
        self.handle
    }

    pub(crate) fn library(&self) -> Library {
        self.library
    }
}

impl Drop for Dataset {
    fn drop(&mut self) {
        // SAFETY: the handle came from the library and is freed once. The only failure would be a
        // NULL handle, which cannot be.
        unsafe { (self.library.symbols().dataset_free)(self.handle) };
    }
}

impl std::fmt::Debug for Dataset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dataset")
    }
}

/// A stream of one table, its columns named by their positions: the library takes names apart.
pub(crate) fn table_stream(features: &[Float64Array]) -> Result<FFI_ArrowArrayStream> {
    let fields = (0..features.len()).map(|i| Field::new(i.to_string(), DataType::Float64, true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let columns = features.iter().map(|f| Arc::new(f.clone()) as ArrayRef).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
    let batch = batch.map_err(|e| Error::Data(e.to_string()))?;
    let batches = RecordBatchIterator::new([Ok(batch)], schema);
    Ok(FFI_ArrowArrayStream::new(Box::new(batches)))
}
