//! The command line: one file a command, each of which parses, calls one operation and hands the result to a report.

mod approve;
mod blame;
mod check;
mod completions;
mod demo;
mod diff;
mod explain;
mod fmt;
mod formats;
mod happened;
mod init;
mod list;
mod log;
mod maturity;
mod new;
mod people;
mod policy;
mod printer;
mod propose;
mod publish;
mod refs;
mod relay;
mod show;
mod standing;
mod status;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::operations::Failure;
use crate::operations::verify::Pin;
use crate::operations::workspace::{Now, Workspace};
use formats::Format;
use printer::Printer;

/// A git-native registry of governed revenue definitions.
///
/// `canon` alone says where you stand and what to type next. `canon demo` shows the whole loop in a throw-away folder.
#[derive(Parser)]
#[command(name = "canon", version, max_term_width = 100)]
#[command(
    after_help = "Exit status: 0 nothing to report; 1 findings, denied or unproven; 2 the job could not be done."
)]
struct Arguments {
    /// Work in this folder.
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true, default_value = ".")]
    directory: PathBuf,
    /// How results are shown.
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    /// Colours: only on a terminal, always, or never.
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Color,
    /// Say only what is wrong.
    #[arg(short, long, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Init(init::Arguments),
    New(new::Arguments),
    Check(check::Arguments),
    Fmt(fmt::Arguments),
    List(list::Arguments),
    Show(show::Arguments),
    Refs(refs::Arguments),
    Diff(diff::Arguments),
    People(people::Arguments),
    Policy(policy::Arguments),
    Propose(propose::Arguments),
    Status(status::Arguments),
    Approve(approve::Arguments),
    Relay(relay::Arguments),
    Verify(verify::Arguments),
    Log(log::Arguments),
    Blame(blame::Arguments),
    Maturity(maturity::Arguments),
    Publish(publish::Arguments),
    Explain(explain::Arguments),
    Completions(completions::Arguments),
}

/// How a job that was done ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    /// Nothing to report.
    Fine,
    /// Findings, denied, or unproven.
    Findings,
}

impl From<bool> for Done {
    /// `true` is fine.
    fn from(fine: bool) -> Done {
        if fine { Done::Fine } else { Done::Findings }
    }
}

/// What every command is given.
struct Context {
    directory: PathBuf,
    format: Format,
    printer: Printer,
    now: Now,
}

impl Context {
    fn workspace(&self) -> Result<Workspace, Failure> {
        Workspace::open(&self.directory, self.now)
    }

    fn json(&self) -> bool {
        self.format == Format::Json
    }

    /// The trust digest that was given, or that `CANON_TRUST` holds.
    fn pin(&self, given: Option<Pin>) -> Result<Option<Pin>, Failure> {
        match (given, variable("CANON_TRUST")?) {
            (Some(pin), _) => Ok(Some(pin)),
            (None, Some(text)) if !text.is_empty() => {
                let wrong =
                    |error| Failure::refused(format!("CANON_TRUST: {error}"), "Set it to what `canon init` printed.");
                text.parse().map(Some).map_err(wrong)
            }
            _ => Ok(None),
        }
    }
}

/// Runs the command that the arguments name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let asks = |argument: &OsString| ["help", "-h", "--help"].iter().any(|asked| argument == asked);
    let commands = Arguments::command();
    // What only help tells takes time to put together.
    let commands = if arguments.iter().any(asks) { formats::told(commands) } else { commands };
    let parsed = commands.try_get_matches_from(arguments);
    let parsed = parsed
        .and_then(|matches| Ok((matches.subcommand_name().map(str::to_owned), Arguments::from_arg_matches(&matches)?)));
    let (name, arguments) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and versions go to standard output; a closed pipe there is nobody's fault.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let Arguments { directory, format, color, quiet, command } = arguments;
    let printer = Printer::new(color, quiet);
    let now = match clock() {
        Ok(now) => now,
        Err(failure) => return printer.failure(&failure),
    };
    let context = Context { directory, format, printer, now };
    let done = formats::require(name.as_deref(), format).and_then(|()| dispatch(&context, command));
    match done {
        Ok(Done::Fine) => ExitCode::SUCCESS,
        Ok(Done::Findings) => ExitCode::from(1),
        Err(failure) => context.printer.failure(&failure),
    }
}

fn dispatch(context: &Context, command: Option<Command>) -> Result<Done, Failure> {
    match command {
        None => standing::run(context),
        Some(Command::Demo(arguments)) => demo::run(context, arguments),
        Some(Command::Init(arguments)) => init::run(context, arguments),
        Some(Command::New(arguments)) => new::run(context, arguments),
        Some(Command::Check(arguments)) => check::run(context, arguments),
        Some(Command::Fmt(arguments)) => fmt::run(context, arguments),
        Some(Command::List(arguments)) => list::run(context, arguments),
        Some(Command::Show(arguments)) => show::run(context, arguments),
        Some(Command::Refs(arguments)) => refs::run(context, arguments),
        Some(Command::Diff(arguments)) => diff::run(context, arguments),
        Some(Command::People(arguments)) => people::run(context, arguments),
        Some(Command::Policy(arguments)) => policy::run(context, arguments),
        Some(Command::Propose(arguments)) => propose::run(context, arguments),
        Some(Command::Status(arguments)) => status::run(context, arguments),
        Some(Command::Approve(arguments)) => approve::run(context, arguments),
        Some(Command::Relay(arguments)) => relay::run(context, arguments),
        Some(Command::Verify(arguments)) => verify::run(context, arguments),
        Some(Command::Blame(arguments)) => blame::run(context, arguments),
        Some(Command::Log(arguments)) => log::run(context, arguments),
        Some(Command::Maturity(arguments)) => maturity::run(context, arguments),
        Some(Command::Publish(arguments)) => publish::run(context, arguments),
        Some(Command::Explain(arguments)) => explain::run(context, arguments),
        Some(Command::Completions(arguments)) => completions::run(context, arguments),
    }
}

/// A variable of the environment. One that is set and cannot be read must not be taken for one that is not set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    let unreadable = |_| Failure::refused(format!("{name} is not UTF-8"), "Set it again, or unset it.");
    std::env::var_os(name).map(|text| text.into_string()).transpose().map_err(unreadable)
}

/// The time of `CANON_NOW`, else of the system.
fn clock() -> Result<Now, Failure> {
    match variable("CANON_NOW")? {
        None => Ok(Now(jiff::Timestamp::now())),
        Some(text) => text.parse().map(Now).map_err(|_| {
            Failure::refused(
                format!("CANON_NOW is `{text}`, which is no RFC 3339 time"),
                "Write it as 2026-05-01T09:00:00Z.",
            )
        }),
    }
}
