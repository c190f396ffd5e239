//! Where results go: standard output, or a file that appears under its name only when complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use arrow::error::ArrowError;

use crate::failure::Failure;
use crate::format::Format;

/// A destination of results.
pub struct Output {
    writer: BufWriter<Box<dyn Write + Send>>,
    /// The path, or `standard output`.
    name: String,
    /// The file under its temporary name, and the name it gets at the end.
    rename: Option<(PathBuf, PathBuf)>,
    terminal: bool,
    results: usize,
    /// Kept because Arrow's writers turn I/O errors into text.
    error: Option<io::Error>,
}

impl Output {
    /// Standard output.
    pub fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        Self::new(Box::new(io::stdout()), "standard output".into(), terminal)
    }

    /// A file. An existing one is replaced at the end; devices and pipes are written directly.
    pub fn file(path: &Path) -> Result<Self, Failure> {
        let fail = |e: io::Error| Failure::output(&path.display().to_string(), &e);
        let is_regular = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(Failure::usage(format!("output {}: is a folder", path.display())));
            }
            Ok(metadata) => metadata.is_file(),
            Err(_) => true,
        };
        if !is_regular {
            let file = File::options().write(true).open(path).map_err(fail)?;
            return Ok(Self::new(Box::new(file), path.display().to_string(), false));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(format!(".partial-{}", std::process::id()));
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).map_err(fail)?;
        let mut output = Self::new(Box::new(file), path.display().to_string(), false);
        output.rename = Some((partial, path.to_owned()));
        Ok(output)
    }

    fn new(writer: Box<dyn Write + Send>, name: String, terminal: bool) -> Self {
        let writer = BufWriter::with_capacity(1 << 16, writer);
        Self { writer, name, rename: None, terminal, results: 0, error: None }
    }

    /// Whether a person reads along.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Announces a result, refusing what the destination cannot take.
    pub fn begin(&mut self, format: Format) -> Result<(), Failure> {
        if format.is_binary() && self.terminal {
            return Err(Failure::usage(format!(
                "format: '{}' is binary and standard output is a terminal; \
                 give --output FILE or redirect",
                format.name()
            )));
        }
        if self.results > 0 && !format.holds_several_results() {
            return Err(Failure::usage(format!(
                "format: '{}' holds one result and this is the second one for {}; \
                 run one query for each file",
                format.name(),
                self.name
            )));
        }
        self.results += 1;
        Ok(())
    }

    /// Explains an error of a format's writer, which may be ours in disguise.
    pub fn failure(&mut self, error: &ArrowError) -> Failure {
        match (self.error.take(), error) {
            (Some(io), _) => Failure::output(&self.name, &io),
            (None, ArrowError::IoError(_, io)) => Failure::output(&self.name, io),
            (None, other) => Failure::new(1, format!("output {}: {other}", self.name)),
        }
    }

    /// Pushes written bytes out.
    pub fn flush_all(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|e| Failure::output(&self.name, &e))
    }

    /// Completes the output: only now does a file carry its name.
    pub fn close(mut self) -> Result<(), Failure> {
        self.flush_all()?;
        if let Some((partial, path)) = self.rename.take() {
            fs::rename(&partial, &path).map_err(|e| Failure::output(&self.name, &e))?;
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes).inspect_err(|e| self.error = Some(copy(e)))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush().inspect_err(|e| self.error = Some(copy(e)))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some((partial, _)) = &self.rename {
            // Not completed: nothing half written stays behind.
            let _ = fs::remove_file(partial);
        }
    }
}

fn copy(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        let mut output = Output::file(&path).unwrap();
        output.write_all(b"a\n").unwrap();
        assert!(!path.exists());
        output.close().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a\n");

        let mut abandoned = Output::file(&path).unwrap();
        abandoned.write_all(b"half").unwrap();
        drop(abandoned);
        assert_eq!(fs::read(&path).unwrap(), b"a\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_storage_and_a_folder_is_usage() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Output::file(&folder.path().join("no/x.csv")).err().unwrap();
        assert_eq!(missing.exit_code(), 4);
        assert_eq!(Output::file(folder.path()).err().unwrap().exit_code(), 2);
    }

    #[test]
    fn binary_formats_hold_one_result() {
        let mut output = Output::new(Box::new(io::sink()), "x".into(), false);
        output.begin(Format::Parquet).unwrap();
        assert_eq!(output.begin(Format::Parquet).unwrap_err().exit_code(), 2);
        let mut text = Output::new(Box::new(io::sink()), "x".into(), false);
        text.begin(Format::Csv).unwrap();
        text.begin(Format::Csv).unwrap();
        let mut terminal = Output::new(Box::new(io::sink()), "x".into(), true);
        assert!(terminal.begin(Format::Arrow).unwrap_err().to_string().contains("is binary"));
    }

    #[test]
    fn io_errors_survive_arrow() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut output = Output::new(Box::new(Closed), "x".into(), false);
        output.write_all(b"row").unwrap();
        assert!(output.flush().is_err());
        let failure = output.failure(&ArrowError::CsvError("broken pipe".into()));
        assert_eq!(failure, Failure::closed_pipe());
    }
}
