//! The command line of the benchmarks.

use std::path::PathBuf;

use crate::{Result, WORKLOADS};

/// What `--help` prints.
pub const HELP: &str = "\
usage: make bench [BENCH='OPTIONS']
  --quick         40 names, 3 years, 2 million bars, joins a hundredth, 3 runs; a later option still wins
  --names N       names in the universe (800; alpha158 3000; sections ten times as many)
  --years N       years of 252 days (13; alpha158 10; sections 3 at most)
  --rows N        bars of as_of_scan (100000000)
  --runs N        timed runs of each side (5)
  --threads N     threads of every engine (the machine's cores)
  --only NAME     rolling_features, alpha158, sections, standard_windows, indicators, option_pricing,
                  engine_overhead, as_of_scan, large_window, asof_join or planning
  --indicator N   the one indicator of `indicators` to run
  --python PATH   interpreter with the packages of requirements.txt; without it, no Python peers
  --data FOLDER   where the generated Parquet files are kept (the system's temporary folder)";

/// Sizes, and where to find things.
#[derive(Debug)]
pub struct Options {
    /// Names in the universe.
    pub names: usize,
    /// Years of 252 days.
    pub years: usize,
    /// Names of `alpha158`.
    pub bar_names: usize,
    /// Years of `alpha158`.
    pub bar_years: usize,
    /// By how much generated tables of joins are smaller than usual.
    pub shrink: usize,
    /// Bars of `as_of_scan`.
    pub bars: usize,
    /// Timed runs of each side, ≥ 1.
    pub runs: usize,
    /// Threads of every engine, ≥ 1.
    pub threads: usize,
    /// The one workload to run.
    pub only: Option<String>,
    /// The one indicator to run.
    pub indicator: Option<String>,
    /// The interpreter of the Python peers.
    pub python: Option<PathBuf>,
    /// Folder of the generated files.
    pub data: PathBuf,
}

impl Options {
    /// Reads the arguments; `None` if help was asked for.
    pub fn from_arguments(arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut options = Self {
            names: 800,
            years: 13,
            bar_names: 3_000,
            bar_years: 10,
            shrink: 1,
            bars: 100_000_000,
            runs: 5,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            only: None,
            indicator: None,
            python: None,
            data: std::env::temp_dir().join("trademl-bench"),
        };
        let mut arguments = arguments.peekable();
        while let Some(name) = arguments.next() {
            let mut value =
                || arguments.next().ok_or_else(|| format!("{name}: expected a value\n{HELP}"));
            match name.as_str() {
                // What `cargo bench` adds.
                "--bench" => {}
                "--help" | "-h" => return Ok(None),
                "--quick" => {
                    (options.names, options.years, options.runs, options.shrink) = (40, 3, 3, 100);
                    options.bars = 2_000_000;
                    (options.bar_names, options.bar_years) = (options.names, options.years);
                }
                "--names" => {
                    options.names = positive(&name, &value()?)?;
                    options.bar_names = options.names;
                }
                "--years" => {
                    options.years = positive(&name, &value()?)?;
                    options.bar_years = options.years;
                }
                "--rows" => options.bars = positive(&name, &value()?)?,
                "--runs" => options.runs = positive(&name, &value()?)?,
                "--threads" => options.threads = positive(&name, &value()?)?,
                "--indicator" => options.indicator = Some(value()?),
                "--python" => options.python = Some(value()?.into()),
                "--data" => options.data = value()?.into(),
                "--only" => {
                    let only = value()?;
                    if !WORKLOADS.contains(&only.as_str()) {
                        let expected = WORKLOADS.join(" or ");
                        return Err(format!("--only: was '{only}', expected {expected}").into());
                    }
                    options.only = Some(only);
                }
                other => return Err(format!("unknown option '{other}'\n{HELP}").into()),
            }
        }
        Ok(Some(options))
    }
}

fn positive(name: &str, value: &str) -> Result<usize> {
    let number = value.parse().ok().filter(|n: &usize| *n >= 1);
    Ok(number.ok_or_else(|| format!("{name}: was '{value}', expected a whole number ≥ 1"))?)
}
