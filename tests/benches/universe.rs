//! The generated universe: daily closes of many names, as Parquet files that all sides read.
//!
//! Rows are in the order in which they would arrive, by date, so that every engine sorts by itself.
//! Every fourth name lists late and every eighth is delisted early: cross-sections differ in size.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;

use crate::Result;

/// 2007-01-01, a Monday, in days since 1970-01-01.
const FIRST_DAY: i32 = 13_514;
const SECTORS: usize = 11;
/// Dates a batch; a row group is flushed after each, so that engines can read in parallel.
pub const DATES_A_BATCH: usize = 126;

/// The files.
#[derive(Debug)]
pub struct Universe {
    /// `symbol, date, close`.
    pub prices: PathBuf,
    /// `symbol, sector`.
    pub names: PathBuf,
    /// Rows of the prices.
    pub rows: usize,
}

struct Name {
    symbol: String,
    listed: std::ops::Range<usize>,
    close: f64,
    daily_volatility: f64,
}

impl Universe {
    /// The universe of the given size in `folder`; written if it is not there yet.
    pub fn at(folder: &Path, names: usize, years: usize) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let days = years * 252;
        let mut noise = Noise(42);
        let mut all: Vec<Name> = (0..names).map(|i| Name::new(i, days, &mut noise)).collect();
        let universe = Self {
            prices: folder.join(format!("prices-{names}x{years}.parquet")),
            names: folder.join(format!("names-{names}x{years}.parquet")),
            rows: all.iter().map(|n| n.listed.len()).sum(),
        };
        if !universe.prices.exists() || !universe.names.exists() {
            eprintln!("generating {}", universe.prices.display());
            write(&universe.names, std::iter::once(sectors(&all)))?;
            write(
                &universe.prices,
                (0..days).step_by(DATES_A_BATCH).map(|first| {
                    closes(&mut all, first..days.min(first + DATES_A_BATCH), &mut noise)
                }),
            )?;
        }
        Ok(universe)
    }
}

impl Name {
    fn new(i: usize, days: usize, noise: &mut Noise) -> Self {
        let share = noise.uniform();
        let part = (share * days as f64 / 2.0) as usize;
        let listed = match i % 8 {
            3 | 7 => part..days,
            5 => 0..days - part,
            _ => 0..days,
        };
        let close = 10.0 + 190.0 * noise.uniform();
        let daily_volatility = 0.01 + 0.02 * noise.uniform();
        Self { symbol: format!("N{i:05}"), listed, close, daily_volatility }
    }
}

fn closes(
    names: &mut [Name],
    days: std::ops::Range<usize>,
    noise: &mut Noise,
) -> Result<RecordBatch> {
    let (mut symbols, mut dates, mut prices) = (vec![], vec![], vec![]);
    for day in days {
        let date = date(day)?;
        for name in names.iter_mut().filter(|n| n.listed.contains(&day)) {
            name.close *= (name.daily_volatility * noise.normal()).exp();
            symbols.push(name.symbol.clone());
            dates.push(date);
            prices.push(name.close);
        }
    }
    let columns: [(&str, ArrayRef); 3] = [
        ("symbol", Arc::new(StringArray::from(symbols))),
        ("date", Arc::new(Date32Array::from(dates))),
        ("close", Arc::new(Float64Array::from(prices))),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// The date of a session: five a week.
pub fn date(day: usize) -> Result<i32> {
    Ok(FIRST_DAY + i32::try_from(day / 5 * 7 + day % 5)?)
}

fn sectors(names: &[Name]) -> Result<RecordBatch> {
    let symbols: Vec<_> = names.iter().map(|n| n.symbol.clone()).collect();
    let sectors: Vec<_> = (0..names.len()).map(|i| format!("sector {}", i % SECTORS)).collect();
    let columns: [(&str, ArrayRef); 2] = [
        ("symbol", Arc::new(StringArray::from(symbols))),
        ("sector", Arc::new(StringArray::from(sectors))),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// A file is there whole or not at all.
pub fn write(path: &Path, batches: impl Iterator<Item = Result<RecordBatch>>) -> Result<()> {
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let mut writer = None;
    for batch in batches {
        let batch = batch?;
        let writer = match &mut writer {
            Some(writer) => writer,
            empty => {
                empty.insert(ArrowWriter::try_new(File::create(&partial)?, batch.schema(), None)?)
            }
        };
        writer.write(&batch)?;
        writer.flush()?;
    }
    if let Some(writer) = writer {
        writer.close()?;
    }
    Ok(std::fs::rename(partial, path)?)
}

/// Random numbers from a fixed seed (splitmix64): the same file everywhere, but for libm's last bit.
pub struct Noise(pub u64);

impl Noise {
    /// In [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}
