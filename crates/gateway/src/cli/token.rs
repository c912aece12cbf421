//! `sluice token`: makes tokens.

use std::io::Write as _;

use clap::{Args, Subcommand};

use super::say;
use crate::auth::{Role, token};

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Print a new token, and what to write into the configuration for it
    New(NewToken),
}

#[derive(Debug, Args)]
pub(super) struct NewToken {
    /// Who it is for; stands in the audit log
    #[arg(long, value_name = "NAME")]
    name: String,
    /// viewer sees, reviewer also decides, admin also starts, cancels, reruns and deletes
    #[arg(long, value_name = "ROLE", default_value = "reviewer", value_parser = role)]
    role: Role,
    /// The id of a connection; repeat it for more [default: all]
    #[arg(long = "connection", value_name = "ID")]
    connections: Vec<String>,
    /// The vendor's id of a flow of that connection; repeat it for more [default: all]
    #[arg(long = "flow", value_name = "ID", requires = "connections")]
    flows: Vec<String>,
}

/// The token goes to stdout alone, so that it can be piped; what is no secret goes to stderr, as lines of the configuration.
pub(super) fn new_token(new: &NewToken) -> Result<(), String> {
    if !new.flows.is_empty() && new.connections.len() != 1 {
        return Err("--flow belongs to one connection: name it with --connection, and make an entry for each.".into());
    }
    let (token, hash) = token::new()?;
    let text = |text: &str| toml::Value::from(text).to_string();
    let list = |name: &str, ids: &[String]| {
        let ids: Vec<String> = ids.iter().map(|id| text(id)).collect();
        if ids.is_empty() { String::new() } else { format!("{name} = [{}]\n", ids.join(", ")) }
    };
    say(&token);
    let mut out = std::io::stderr().lock();
    let _ = write!(
        out,
        "\n# The token is shown this once: give it to {name:?} in a way that only they read. This belongs into the configuration, whose\n\
         # [sign_in] has mode = \"tokens\"; 2>>sluice.toml puts it there.\n[[sign_in.tokens]]\nname = {quoted}\nhash = {hash}\nrole = \"{role}\"\n{connections}{flows}",
        name = new.name,
        quoted = text(&new.name),
        hash = text(&hash.text()),
        role = new.role.word(),
        connections = list("connections", &new.connections),
        flows = list("flows", &new.flows),
    );
    Ok(())
}

fn role(text: &str) -> Result<Role, String> {
    Role::of_word(text).ok_or_else(|| format!("it is one of {}", Role::ALL.map(Role::word).join(", ")))
}
