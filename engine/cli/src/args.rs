//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{ArgMatches, Args, CommandFactory, Parser, Subcommand};

use trademl_engine::LookAhead;

use crate::config::Color;
use crate::format::Format;
use crate::parameter::{Parameter, instant};
use crate::quantity;

/// Quant research in SQL that cannot look ahead.
///
/// Without -c, -f or a subcommand: the prompt on a terminal, or the statements on standard input.
/// Results go to standard output, everything else to standard error.
#[derive(Debug, Parser)]
#[command(name = "trademl-sql", version, after_help = AFTER)]
pub struct Cli {
    /// What to run instead of statements.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Statements and output.
    #[command(flatten)]
    pub query: Query,
    /// What statements see.
    #[command(flatten)]
    pub session: SessionArgs,
    /// The engine.
    #[command(flatten)]
    pub global: Global,
}

const AFTER: &str = "\
Exit codes: 0 done, 1 the SQL failed, 2 usage, 3 an audit failed, 4 storage unreachable,
5 commit conflict, 6 out of memory or disk, 7 timeout, 130 and 143 signals.";

/// Subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a pipeline script with the scripts it includes, and record the run in the lake
    Run(RunArgs),
    /// Say what a run would do and why, and do nothing
    Plan(RunArgs),
    /// Run the audits of a pipeline over what is published
    Audit(RunArgs),
    /// Run the tests beside scripts: x.test.sql makes the inputs of x.sql and ends with its rows
    Test(TestArgs),
    /// Say what scripts leave out of their headers or declare in vain
    Lint(ScriptArgs),
    /// Show which script needs which
    Dag(DagArgs),
    /// Show the rows in which two versions of a table, or two environments, differ
    Diff(DiffArgs),
    /// Make again what a recorded run made, from what it read, and compare every bit
    Verify(VerifyArgs),
    /// Serve the lake to notebooks and BI tools over Arrow Flight SQL
    Serve(ServeArgs),
    /// Print a shell's completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The script
    pub script: PathBuf,
    /// See the lake as it was known at this time: 2022-12-30 or 2022-12-30T21:15:00Z
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub as_of: Option<DateTime<Utc>>,
    /// Give a parameter a value of the type the script declares; may be repeated
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = named_text)]
    pub parameters: Vec<(String, String)>,
    /// Make tables of ranges of time (kind: pit table by month) from this day on [default: all]
    #[arg(long, value_name = "DATE")]
    pub start: Option<NaiveDate>,
    /// Make them up to, without, this day [default: the cut]
    #[arg(long, value_name = "DATE")]
    pub end: Option<NaiveDate>,
    /// Run every step, those whose query and inputs are the same, too
    #[arg(long)]
    pub all: bool,
    /// What becomes of steps that see the future: deny, warn or off; recorded with the run
    #[arg(long, value_name = "MODE", default_value = "deny", value_parser = look_ahead)]
    pub look_ahead: LookAhead,
    /// Output format of the last step's rows
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// `lint`.
#[derive(Debug, Args)]
pub struct ScriptArgs {
    /// The script
    pub script: PathBuf,
}

/// `test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// A script, with those that it includes, or a folder
    #[arg(default_value = "sql")]
    pub path: PathBuf,
}

/// `dag`.
#[derive(Debug, Args)]
pub struct DagArgs {
    /// The script
    pub script: PathBuf,
    /// Print a graph for Graphviz, as in dag p.sql --dot | dot -Tsvg
    #[arg(long)]
    pub dot: bool,
    /// Output format
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The table
    pub table: String,
    /// First side: a version, or an environment's name [default: the lake]
    #[arg(long, value_name = "SIDE")]
    pub from: Option<String>,
    /// Second side [default: the lake]
    #[arg(long, value_name = "SIDE")]
    pub to: Option<String>,
    /// Rows shown of each side
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Output format
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The run's id, as in ops.runs
    pub run_id: String,
    /// Partitions of its queries, which must not matter
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub partitions: u16,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// File whose first line is the token that clients must send
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

/// Statements and output.
#[derive(Debug, Args)]
pub struct Query {
    /// Run these statements; may be repeated and mixed with -f
    #[arg(short = 'c', long = "command", value_name = "SQL")]
    pub commands: Vec<String>,
    /// Run the statements of a file, '-' is standard input; may be repeated
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Output format [default: from --output's extension, else table]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write results to a file, which appears only when all of them are written
    #[arg(short = 'o', long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Rows a table shows at most, 0 for all [default: 40 on a terminal, else 10000]
    #[arg(long, value_name = "N")]
    pub max_rows: Option<usize>,
}

/// What statements see.
#[derive(Debug, Default, Clone, Args)]
pub struct SessionArgs {
    /// See the lake as it was known at this time: 2022-12-30 or 2022-12-30T21:15:00Z
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub as_of: Option<DateTime<Utc>>,
    /// Bind $NAME: name=value, or name:type=value with int, float, bool, date, timestamp, text
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<Parameter>,
}

/// The engine.
#[derive(Debug, Args)]
pub struct Global {
    /// The lake: a folder or an object store as `s3://bucket/prefix` [default: ./lake]
    #[arg(long, value_name = "URI", env = "TRADEML_LAKE", global = true)]
    pub lake: Option<String>,
    /// Work in an environment: what is written there is seen there only, the rest is the lake's
    #[arg(long, value_name = "NAME", env = "TRADEML_ENV", global = true)]
    pub env: Option<String>,
    /// Configuration file [default: ~/.config/trademl-sql/config.toml where it exists]
    #[arg(long, value_name = "FILE", env = "TRADEML_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// Cancel a statement that takes longer: 30s, 5m
    #[arg(long, value_name = "TIME", value_parser = quantity::duration, global = true)]
    pub timeout: Option<Duration>,
    /// Worker threads of the engine [default: one a core]
    #[arg(long, value_name = "N", global = true)]
    pub threads: Option<usize>,
    /// Memory of running queries, beyond which they spill to disk: 512MiB
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes, global = true)]
    pub memory_limit: Option<usize>,
    /// No progress bars
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Colours [default: auto]
    #[arg(long, value_enum, value_name = "WHEN", global = true)]
    pub color: Option<Color>,
}

/// Reads a mode of the look-ahead rule.
fn look_ahead(text: &str) -> Result<LookAhead, String> {
    LookAhead::parse(text).map_err(|e| e.message)
}

/// Splits `name=value`.
fn named_text(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("'{text}' is not a parameter, expected name=value")),
    }
}

/// One piece of SQL from the command line.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// `-c`
    Text(String),
    /// `-f FILE`
    File(PathBuf),
    /// `-f -`
    Stdin,
}

impl Cli {
    /// Options of statements make no sense before a subcommand; they must not be dropped in silence.
    pub fn check(&self) -> Result<(), clap::Error> {
        let Query { commands, files, format, output, max_rows } = &self.query;
        let query = !commands.is_empty() || !files.is_empty() || format.is_some();
        let query = query || output.is_some() || max_rows.is_some();
        let session = self.session.as_of.is_some() || !self.session.parameters.is_empty();
        if self.command.is_none() || !(query || session) {
            return Ok(());
        }
        let problem = if query {
            "-c, -f, --format, --output and --max-rows do not go with a subcommand"
        } else {
            "--as-of and --param go after the subcommand"
        };
        Err(Self::command().error(clap::error::ErrorKind::ArgumentConflict, problem))
    }
}

impl Query {
    /// The `-c` and `-f` in the order they were written.
    pub fn sources(&self, matches: &ArgMatches) -> Vec<Source> {
        let texts = self.commands.iter().cloned().map(Source::Text);
        let files = self.files.iter().map(|path| {
            if path.as_os_str() == "-" { Source::Stdin } else { Source::File(path.clone()) }
        });
        let places = |id| matches.indices_of(id).into_iter().flatten();
        let mut sources: Vec<(usize, Source)> =
            places("commands").zip(texts).chain(places("files").zip(files)).collect();
        sources.sort_by_key(|(place, _)| *place);
        sources.into_iter().map(|(_, source)| source).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    fn parse(line: &[&str]) -> Result<(Cli, Vec<Source>), clap::Error> {
        let matches =
            Cli::command().try_get_matches_from(std::iter::once(&"trademl-sql").chain(line))?;
        let cli = Cli::from_arg_matches(&matches)?;
        cli.check()?;
        let sources = cli.query.sources(&matches);
        Ok((cli, sources))
    }

    #[test]
    fn definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sources_keep_their_order() {
        let (_, sources) = parse(&["-f", "a.sql", "-c", "select 1", "-f", "-"]).unwrap();
        assert_eq!(
            sources,
            vec![Source::File("a.sql".into()), Source::Text("select 1".into()), Source::Stdin]
        );
    }

    #[test]
    fn engine_options_stand_on_either_side_of_a_subcommand() {
        let (cli, _) =
            parse(&["--lake", "s3://b/p", "serve", "--listen", "127.0.0.1:1", "--threads", "1"])
                .unwrap();
        let Some(Command::Serve(serve)) = cli.command else { panic!("not serve") };
        assert_eq!(serve.listen.as_deref(), Some("127.0.0.1:1"));
        assert_eq!(cli.global.lake.as_deref(), Some("s3://b/p"));
        assert_eq!(cli.global.threads, Some(1));
    }

    #[test]
    fn run_takes_parameters_as_text() {
        let (cli, _) = parse(&["run", "n.sql", "--as-of", "2022-12-30", "-p", "n=2=x"]).unwrap();
        let Some(Command::Run(run)) = cli.command else { panic!("not run") };
        assert_eq!(run.parameters, vec![("n".to_owned(), "2=x".to_owned())]);
        assert_eq!(run.as_of.unwrap().to_rfc3339(), "2022-12-30T00:00:00+00:00");
    }

    #[test]
    fn usage_errors_exit_with_2() {
        for line in [
            &["--format", "xml"][..],
            &["--param", "n"],
            &["--as-of", "soon"],
            &["--timeout", "x"],
            &["nosuch"],
            &["-c", "select 1", "serve"],
            &["--as-of", "2022-12-30", "serve"],
            &["completions"],
            &["run"],
            &["run", "n.sql", "-p", "n"],
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line:?}");
        }
    }
}
