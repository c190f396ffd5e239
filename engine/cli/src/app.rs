//! From the command line to the exit code.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use tokio::runtime::{Builder, Runtime};
use trademl_engine::{Access, Engine, EngineOptions};
use trademl_flight::{ServeOptions, Server};

use crate::args::{Cli, Command, Global, RunArgs, ServeArgs, SessionArgs, Source};
use crate::config::{Color, Config};
use crate::execute::{Done, Look, Shell};
use crate::failure::Failure;
use crate::format::Format;
use crate::output::Output;
use crate::pipeline;
use crate::repl::{self, error_text};
use crate::signals::Signals;

/// Runs the program with its arguments and says how the process ends.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match Cli::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(e) => {
            // Help and version are no errors; a closed pipe while printing them is none either.
            let _ = e.print();
            return ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(2));
        }
    };
    let cli = match Cli::from_arg_matches(&matches).and_then(|cli| cli.check().map(|()| cli)) {
        Ok(cli) => cli,
        Err(e) => e.exit(),
    };
    let color = stderr_color(cli.global.color.unwrap_or_default());
    let sources = cli.query.sources(&matches);
    match dispatch(cli, sources) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_silent() {
                let _ = writeln!(io::stderr(), "{}", error_text(&failure, color));
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn dispatch(cli: Cli, sources: Vec<Source>) -> Result<(), Failure> {
    if let Some(Command::Completions { shell }) = cli.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "trademl-sql", &mut script);
        return io::stdout().write_all(&script).map_err(|e| Failure::output("standard output", &e));
    }
    let config = settle(Config::load(cli.global.config.as_deref())?, &cli.global);
    log(cli.command.as_ref());
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Failure::new(6, format!("threads: {e}")))?;
    let ended = match &cli.command {
        Some(Command::Run(arguments)) => run(&runtime, &config, arguments),
        Some(Command::Plan(arguments)) => {
            let (options, look) = of_run(&config, arguments);
            runtime.block_on(pipeline::plan(&config, options, arguments, look))
        }
        Some(Command::Audit(arguments)) => {
            let (options, _) = of_run(&config, arguments);
            runtime.block_on(pipeline::audit(&config, options, arguments))
        }
        Some(Command::Test(arguments)) => {
            runtime.block_on(pipeline::test(&config, &arguments.path))
        }
        Some(Command::Lint(arguments)) => pipeline::lint(&arguments.script),
        Some(Command::Dag(arguments)) => {
            let format = arguments.format.unwrap_or(config.format);
            pipeline::dag(arguments, look(&config, format, None))
        }
        Some(Command::Diff(arguments)) => {
            let options = options(&config, &SessionArgs::default(), Access::Local);
            let format = arguments.format.unwrap_or(config.format);
            let look = look(&config, format, None);
            runtime.block_on(pipeline::diff(&config, options, arguments, look))
        }
        Some(Command::Verify(arguments)) => {
            let options = options(&config, &SessionArgs::default(), Access::Local);
            runtime.block_on(pipeline::verify(&config, options, arguments))
        }
        Some(Command::Serve(arguments)) => serve(&runtime, &config, arguments),
        Some(Command::Completions { .. }) | None => query(&runtime, &config, &cli, sources),
    };
    // A cancelled statement may still be winding down on a worker; the process does not wait.
    runtime.shutdown_background();
    ended
}

/// The configuration with what the command line and the environment say.
fn settle(mut config: Config, global: &Global) -> Config {
    if let Some(lake) = global.lake.as_ref().filter(|lake| !lake.is_empty()) {
        config.lake.clone_from(lake);
    }
    if let Some(env) = &global.env {
        config.env.clone_from(env);
    }
    config.timeout = global.timeout.unwrap_or(config.timeout);
    config.threads = global.threads.unwrap_or(config.threads);
    config.memory_limit = global.memory_limit.unwrap_or(config.memory_limit);
    config.color = global.color.unwrap_or(config.color);
    config.progress &= !global.no_progress;
    config
}

fn options(config: &Config, session: &SessionArgs, access: Access) -> EngineOptions {
    EngineOptions {
        lake: config.lake.clone(),
        as_of: session.as_of,
        threads: Some(config.threads).filter(|n| *n > 0),
        memory_limit: Some(config.memory_limit).filter(|n| *n > 0),
        access,
        environment: Some(config.env.clone()).filter(|env| !env.is_empty()),
    }
}

fn query(
    runtime: &Runtime,
    config: &Config,
    cli: &Cli,
    mut sources: Vec<Source>,
) -> Result<(), Failure> {
    let prompts = sources.is_empty()
        && cli.query.output.is_none()
        && io::stdin().is_terminal()
        && io::stdout().is_terminal();
    if sources.is_empty() && !prompts {
        sources.push(Source::Stdin);
    }
    // Texts are read before the engine starts, so that a missing file costs nothing.
    let texts = sources.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let by_name = cli.query.output.as_deref().and_then(Format::of_path);
    let format = cli.query.format.or(by_name).unwrap_or(config.format);
    let look = look(config, format, cli.query.max_rows);
    let engine = runtime.block_on(Engine::open(options(config, &cli.session, Access::Local)))?;
    let session = engine.session()?;
    for parameter in &cli.session.parameters {
        session.set_parameter(&parameter.name, parameter.value.clone());
    }
    let signals = {
        let _in_runtime = runtime.enter();
        if prompts { Signals::of_prompt() } else { Signals::new() }
    }
    .map_err(|e| Failure::new(6, format!("signals: {e}")))?;
    let mut shell = Shell { engine, session, signals, timeout: config.timeout, look };
    if prompts {
        let setup = repl::Setup {
            history: config.history_file(),
            history_size: config.repl.history_size,
            timing: config.repl.timing,
            color: stderr_color(config.color),
        };
        return repl::run(runtime, shell, setup);
    }
    let mut out = match &cli.query.output {
        Some(path) => Output::file(path)?,
        None => Output::stdout(),
    };
    for (text, file) in &texts {
        runtime.block_on(shell.run_text(text, file.as_deref(), &mut out, tell))?;
    }
    out.close()
}

fn run(runtime: &Runtime, config: &Config, arguments: &RunArgs) -> Result<(), Failure> {
    let (options, look) = of_run(config, arguments);
    runtime.block_on(pipeline::run(config, options, arguments, look))
}

fn of_run(config: &Config, arguments: &RunArgs) -> (EngineOptions, Look) {
    let session = SessionArgs { as_of: arguments.as_of, parameters: Vec::new() };
    let options = options(config, &session, Access::Local);
    (options, look(config, arguments.format.unwrap_or(config.format), None))
}

fn look(config: &Config, format: Format, max_rows: Option<usize>) -> Look {
    Look {
        format,
        max_rows: max_rows.or_else(|| io::stdout().is_terminal().then_some(config.max_rows)),
        color: stdout_color(config.color),
        progress: config.progress && io::stderr().is_terminal(),
    }
}

fn serve(runtime: &Runtime, config: &Config, arguments: &ServeArgs) -> Result<(), Failure> {
    let listen = arguments.listen.as_ref().unwrap_or(&config.serve.listen);
    let listen = listen.parse().map_err(|_| {
        Failure::usage(format!(
            "listen: was '{listen}', expected ADDRESS:PORT, as in 127.0.0.1:31337"
        ))
    })?;
    let token_file = arguments.token_file.as_ref().unwrap_or(&config.serve.token_file);
    let serving = ServeOptions {
        listen,
        token: token(token_file)?,
        query_timeout: Some(config.timeout).filter(|limit| !limit.is_zero()),
        ..ServeOptions::default()
    };
    runtime.block_on(async {
        let mut signals = Signals::new().map_err(|e| Failure::new(6, format!("signals: {e}")))?;
        let engine = Engine::open(options(config, &SessionArgs::default(), Access::Remote)).await?;
        let server = Server::bind(engine, serving).await?;
        let _ = writeln!(io::stderr(), "listening on {}", server.address());
        server.run(async move { drop(signals.next().await) }).await?;
        Ok(())
    })
}

/// The first line of the token file.
fn token(path: &Path) -> Result<Option<String>, Failure> {
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    let fail =
        |problem: String| Failure::usage(format!("token_file {}: {problem}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
    match text.lines().next().map(str::trim).filter(|line| !line.is_empty()) {
        Some(line) => Ok(Some(line.to_owned())),
        None => Err(fail("its first line is empty, expected the token".into())),
    }
}

/// What a statement did is news on a terminal and noise in a log.
fn tell(done: &Done) {
    if let Some(message) = done.message.as_ref().filter(|_| io::stderr().is_terminal()) {
        let _ = writeln!(io::stderr(), "{message}");
    }
}

/// The text of a source, and the name its errors carry.
fn read(source: Source) -> Result<(String, Option<String>), Failure> {
    let (name, text) = match source {
        Source::Text(text) => return Ok((text, None)),
        Source::File(path) => (path.display().to_string(), std::fs::read_to_string(&path)),
        Source::Stdin => {
            let mut text = String::new();
            let read = io::stdin().read_to_string(&mut text);
            ("standard input".to_owned(), read.map(|_| text))
        }
    };
    match text {
        Ok(text) => Ok((text, Some(name))),
        Err(e) => Err(Failure::usage(format!("file {name}: {e}"))),
    }
}

fn log(command: Option<&Command>) {
    use tracing_subscriber::EnvFilter;
    let default = match command {
        Some(Command::Serve(_)) => "warn,trademl=info",
        _ => "error",
    };
    let filter = EnvFilter::try_from_env("TRADEML_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let color = stderr_color(Color::Auto);
    // Fails only where a test has set one already.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(color)
        .try_init();
}

fn stdout_color(color: Color) -> bool {
    colored(color, io::stdout().is_terminal())
}

fn stderr_color(color: Color) -> bool {
    colored(color, io::stderr().is_terminal())
}

fn colored(color: Color, terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !set("NO_COLOR") && !dumb,
    }
}
