//! Daily bars of a stock universe, generated: every name has every session, prices walk at random, volumes
//! vary about a million shares.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};

use crate::Result;
use crate::universe::{DATES_A_BATCH, Noise, date, write};

/// Rows in the order in which they would arrive, by date; written if the file is not there yet.
pub fn bars(folder: &Path, names: usize, years: usize) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let path = folder.join(format!("bars-{names}x{years}.parquet"));
    if !path.exists() {
        eprintln!("generating {}", path.display());
        let mut noise = Noise(158);
        let mut all: Vec<Name> = (0..names).map(|i| Name::new(i, &mut noise)).collect();
        let days = years * 252;
        let firsts = (0..days).step_by(DATES_A_BATCH);
        let batches = firsts
            .map(|first| sessions(&mut all, first..days.min(first + DATES_A_BATCH), &mut noise));
        write(&path, batches)?;
    }
    Ok(path)
}

struct Name {
    symbol: String,
    close: f64,
    daily_volatility: f64,
}

impl Name {
    fn new(i: usize, noise: &mut Noise) -> Self {
        let close = 10.0 + 190.0 * noise.uniform();
        let daily_volatility = 0.01 + 0.02 * noise.uniform();
        Self { symbol: format!("N{i:05}"), close, daily_volatility }
    }

    /// The next session's open, high, low, close and volume.
    fn bar(&mut self, noise: &mut Noise) -> [f64; 5] {
        let mut step = |share: f64| share * self.daily_volatility * noise.normal();
        let open = self.close * step(0.5).exp();
        let close = open * step(0.9).exp();
        let high = open.max(close) * step(0.3).abs().exp();
        let low = open.min(close) * (-step(0.3).abs()).exp();
        let volume = (1e6 * (0.4 * noise.normal()).exp()).floor();
        self.close = close;
        [open, high, low, close, volume]
    }
}

fn sessions(
    names: &mut [Name],
    days: std::ops::Range<usize>,
    noise: &mut Noise,
) -> Result<RecordBatch> {
    let (mut symbols, mut dates) = (vec![], vec![]);
    let mut values: [Vec<f64>; 5] = Default::default();
    for day in days {
        let date = date(day)?;
        for name in names.iter_mut() {
            symbols.push(name.symbol.clone());
            dates.push(date);
            for (column, value) in values.iter_mut().zip(name.bar(noise)) {
                column.push(value);
            }
        }
    }
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("symbol", Arc::new(StringArray::from(symbols))),
        ("date", Arc::new(Date32Array::from(dates))),
    ];
    for (name, column) in ["open", "high", "low", "close", "volume"].into_iter().zip(values) {
        columns.push((name, Arc::new(Float64Array::from(column))));
    }
    Ok(RecordBatch::try_from_iter(columns)?)
}
