//! Training, and the library's own prediction.

use std::ffi::{CString, c_int};
use std::ptr::null_mut;

use arrow::array::Float64Array;

use crate::dataset::table_stream;
use crate::symbols::Handle;
use crate::{Dataset, Error, Library, Parameters, Result};

/// Trains a model and returns its text.
///
/// `proceed` is told the number of finished iterations before each next one; when it says no,
/// training stops. As in Python, all iterations are asked for, also after one that found no split.
///
/// # Errors
///
/// [`Error::Cancelled`] when stopped, or the library's message.
pub fn train(
    dataset: &Dataset,
    parameters: &Parameters,
    iterations: usize,
    proceed: &mut dyn FnMut(usize) -> bool,
) -> Result<String> {
    let library = dataset.library();
    let line = parameters.line();
    let mut handle: Handle = null_mut();
    // SAFETY: the data set is live, and borrowed for longer than the booster lives: the booster
    // is dropped before this function returns. `handle` is written on success.
    library.check(unsafe {
        (library.symbols().booster_create)(dataset.handle(), line.as_ptr(), &raw mut handle)
    })?;
    let booster = Booster { handle, library };
    for done in 0..iterations {
        if !proceed(done) {
            return Err(Error::Cancelled);
        }
        let mut no_split: c_int = 0;
        // SAFETY: the handle is live and used by this thread alone.
        library.check(unsafe {
            (library.symbols().booster_update)(booster.handle, &raw mut no_split)
        })?;
    }
    booster.text()
}

/// A model in the library, for prediction. Scoring in production reads the model text instead
/// (`trademl-math`); this is what it is compared with.
pub struct Booster {
    handle: Handle,
    library: Library,
}

/// What a prediction gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Score {
    /// In the scale of the target.
    Transformed = 0,
    /// Before the objective's transform.
    Raw = 1,
}

// SAFETY: a booster is a heap object of the library without ties to the thread that made it. It is
// not `Sync`: prediction from two threads would share its buffers.
unsafe impl Send for Booster {}

impl Booster {
    /// Loads a model from its text.
    ///
    /// # Errors
    ///
    /// The library's message.
    pub fn from_text(library: Library, text: &str) -> Result<Self> {
        let text = CString::new(text)
            .map_err(|_| Error::Data("the model text holds a NUL".to_string()))?;
        let (mut handle, mut iterations): (Handle, c_int) = (null_mut(), 0);
        // SAFETY: the text is NUL-terminated and copied; both results are written on success.
        library.check(unsafe {
            (library.symbols().booster_load)(text.as_ptr(), &raw mut iterations, &raw mut handle)
        })?;
        Ok(Self { handle, library })
    }

    /// The model's text, with split counts as its importances.
    ///
    /// # Errors
    ///
    /// The library's message.
    pub fn text(&self) -> Result<String> {
        let save = |buffer: &mut [u8]| {
            let mut needed: i64 = 0;
            // SAFETY: the handle is live; at most `buffer.len()` bytes are written.
            self.library.check(unsafe {
                let (size, data) = (buffer.len() as i64, buffer.as_mut_ptr().cast());
                (self.library.symbols().booster_save)(
                    self.handle,
                    0,
                    -1,
                    0,
                    size,
                    &raw mut needed,
                    data,
                )
            })?;
            Ok(usize::try_from(needed).unwrap_or(0))
        };
        let mut buffer = vec![0; save(&mut [])?];
        save(&mut buffer)?;
        buffer.pop();
        String::from_utf8(buffer)
            .map_err(|_| Error::Library("the model text is not UTF-8".to_string()))
    }

    /// Predicts each row with one thread; row after row, the model's outputs of each.
    ///
    /// # Errors
    ///
    /// If the features are not the model's in number or differ in length, or the library refuses.
    pub fn predict(&self, features: &[Float64Array], score: Score) -> Result<Vec<f64>> {
        let symbols = self.library.symbols();
        let mut expected: c_int = 0;
        // SAFETY: the handle is live.
        self.library
            .check(unsafe { (symbols.booster_features)(self.handle, &raw mut expected) })?;
        if usize::try_from(expected) != Ok(features.len()) {
            let found = features.len();
            return Err(Error::Data(format!("{found} features, expected {expected}")));
        }
        let rows = features.first().map_or(0, arrow::array::Array::len);
        if rows == 0 {
            return Ok(Vec::new());
        }
        let count = c_int::try_from(rows)
            .map_err(|_| Error::Data(format!("{rows} rows, expected up to {}", c_int::MAX)))?;
        let mut size: i64 = 0;
        // SAFETY: the handle is live.
        self.library.check(unsafe {
            (symbols.booster_count)(self.handle, count, score as c_int, 0, -1, &raw mut size)
        })?;
        let mut out = vec![0.0; usize::try_from(size).unwrap_or(0)];
        let mut stream = table_stream(features)?;
        let line = c"num_threads=1 verbosity=-1";
        // SAFETY: the handle is live; the stream is moved out and released by the call; the result
        // has the length the library asked for.
        self.library.check(unsafe {
            (symbols.booster_predict)(
                self.handle,
                &raw mut stream,
                score as c_int,
                0,
                -1,
                line.as_ptr(),
                &raw mut size,
                out.as_mut_ptr(),
            )
        })?;
        Ok(out)
    }
}

impl Drop for Booster {
    fn drop(&mut self) {
        // SAFETY: the handle came from the library and is freed once; a failure would be a NULL
        // handle, which cannot be.
        unsafe { (self.library.symbols().booster_free)(self.handle) };
    }
}

impl std::fmt::Debug for Booster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Booster")
    }
}
