//! `sluice`: serve, sandbox, check.

fn main() -> std::process::ExitCode {
    gateway::cli::main()
}
