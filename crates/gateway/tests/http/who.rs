//! Who may use the gateway, and what each may do.

use gateway::auth::{Grant, Mode, Role, SignIn, Token, token};

mod engines;
mod flows;
mod oidc;
mod proxy;
mod roles;
mod signing_in;
mod watching;

/// People and their tokens.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) sign_in: SignIn,
}

impl People {
    pub(crate) fn new() -> Self {
        Self { sign_in: SignIn { mode: Mode::Tokens, ..SignIn::default() } }
    }

    /// Somebody with these roles; what they sign in with.
    pub(crate) fn add(&mut self, name: &str, grants: Vec<Grant>) -> String {
        let (token, hash) = token::new().unwrap();
        self.sign_in.tokens.push(Token { name: name.into(), hash, grants });
        token
    }
}

/// A role in some flows of a connection.
pub(crate) fn grant(role: Role, connection: &str, flows: &[&str]) -> Grant {
    let flows = flows.iter().map(|flow| (*flow).to_owned()).collect();
    Grant { role, connections: Some([connection.to_owned()].into()), flows: Some(flows) }
}
