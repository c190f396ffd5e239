//! The benchmarks: our time, a peer's on the same data in the same run, and the ratio.
//!
//! `make bench` builds and runs them; README.md beside this file says how to read the table. A new
//! workload is one module and one line of [`WORKLOADS`].

mod alpha158;
mod as_of_scan;
mod asof_join;
mod difference;
mod engine_overhead;
mod indicators;
mod large_window;
mod option_pricing;
mod options;
mod peer;
mod planning;
mod rolling_features;
mod sections;
mod standard_windows;
mod table;
mod times;
mod turns;
mod universe;

use std::error::Error;
use std::process::ExitCode;

use crate::options::Options;
use crate::table::Row;
use crate::universe::Universe;

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Worker threads plan queries too, and planning recurses deeply in a debug build.
const STACK: usize = 64 << 20;

/// The names that `--only` takes.
const WORKLOADS: [&str; 11] = [
    "rolling_features",
    "alpha158",
    "sections",
    "standard_windows",
    "indicators",
    "option_pricing",
    "engine_overhead",
    "as_of_scan",
    "large_window",
    "asof_join",
    "planning",
];

fn main() -> ExitCode {
    trademl_engine::allocator::lend_freed_memory();
    let options = match Options::from_arguments(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(e) => {
            eprintln!("{e}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("results differ between us and a peer: see the last column");
            ExitCode::FAILURE
        }
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the chosen workloads and prints the table; whether all results agreed.
fn run(options: &Options) -> Result<bool> {
    let universe = Universe::at(&options.data, options.names, options.years)?;
    println!(
        "{} names, {} years, {} rows; {} threads; {} interleaved runs after a warm-up",
        options.names, options.years, universe.rows, options.threads, options.runs
    );
    warn_if_figures_are_worthless(options.threads);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(options.threads)
        .thread_stack_size(STACK)
        .enable_all()
        .build()?;
    let mut rows: Vec<Row> = vec![];
    for workload in WORKLOADS {
        if options.only.as_ref().is_some_and(|only| only != workload) {
            continue;
        }
        eprintln!("{workload} …");
        rows.extend(match workload {
            "rolling_features" => runtime.block_on(rolling_features::run(options, &universe))?,
            "alpha158" => runtime.block_on(alpha158::run(options))?,
            "sections" => runtime.block_on(sections::run(options))?,
            "standard_windows" => runtime.block_on(standard_windows::run(options, &universe))?,
            "indicators" => runtime.block_on(indicators::run(options))?,
            "option_pricing" => runtime.block_on(option_pricing::run(options))?,
            "asof_join" => runtime.block_on(asof_join::run(options))?,
            "planning" => runtime.block_on(planning::run(options))?,
            "large_window" => runtime.block_on(large_window::run(options))?,
            "as_of_scan" => runtime.block_on(as_of_scan::run(options))?,
            _ => runtime.block_on(engine_overhead::run(options, &universe))?,
        });
    }
    print!("\n{}", table::render(&rows));
    println!("\nratio = our time / the peer's: below 1 we are faster");
    Ok(rows.iter().all(Row::agrees))
}

fn warn_if_figures_are_worthless(threads: usize) {
    if cfg!(debug_assertions) {
        println!("debug build: these times say nothing about the release build");
    }
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    let load = load.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    if let Some(load) = load.filter(|load| *load > 0.5 * threads as f64) {
        println!("busy machine (load {load}): look at the ratios, not at the times");
    }
}
