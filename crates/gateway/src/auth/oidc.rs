//! Signing in with an identity provider: authorization code with PKCE, groups to roles, refresh, and logout by either side.

mod claims;
mod logout_token;
mod pages;
mod provider;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

pub(super) use pages::{back_channel, callback, start, way_out};
pub use provider::Provider;

use super::session::{Lifetime, Sessions};
use super::{Person, SignIn};
use provider::Refused;

/// How the provider knows us, and how it names people and groups.
#[derive(Clone, Debug)]
pub struct Settings {
    pub issuer: String,
    pub client_id: String,
    /// None: a public client, which PKCE alone protects.
    pub client_secret: Option<Secret>,
    pub scopes: Vec<String>,
    pub groups_claim: String,
    /// What stands in the audit log; the subject where it is missing.
    pub name_claim: String,
}

/// Never printed.
#[derive(Clone)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// A sign-in at the provider takes so long at most.
const ATTEMPT: Lifetime = Lifetime { idle: Duration::from_secs(600), whole: Duration::from_secs(600) };
/// The provider was not reached: who is signed in stays so meanwhile, and it is asked again after this.
const AGAIN: Duration = Duration::from_secs(60);

/// What was asked of the provider, until the browser comes back.
#[derive(Clone, Debug)]
struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    redirect: String,
    next: String,
}

/// Who signed in.
#[derive(Debug)]
struct Account {
    subject: String,
    /// The provider's name of the session.
    sid: Option<String>,
    /// What the provider said last. Whoever asks the provider again holds it, so that one refresh token is used once.
    said: Mutex<Said>,
}

#[derive(Clone, Debug)]
struct Said {
    name: String,
    groups: Vec<String>,
    id_token: String,
    refresh_token: Option<String>,
    /// From when on it is asked again.
    until: Option<Instant>,
}

/// Everybody who signed in with the provider, and who is about to.
#[derive(Debug, Default)]
pub struct Accounts {
    sessions: Sessions<Arc<Account>>,
    attempts: Sessions<Attempt>,
}

impl Accounts {
    /// Whose session this is; the provider is asked again when what it said has run out.
    pub async fn person(&self, settings: &SignIn, secret: &str) -> Option<Person> {
        let provider = settings.provider.as_ref()?;
        let account = self.sessions.find(secret, settings.lifetime)?;
        let mut said = account.said.lock().await;
        if said.until.is_some_and(|until| until <= Instant::now())
            && let Some(token) = said.refresh_token.clone()
        {
            match provider.refresh(&token, &account.subject).await {
                Ok(answer) => {
                    said.name = answer.name.unwrap_or_else(|| said.name.clone());
                    said.groups = answer.groups.unwrap_or_else(|| said.groups.clone());
                    said.id_token = answer.id_token.unwrap_or_else(|| said.id_token.clone());
                    said.refresh_token = answer.refresh_token.or(Some(token));
                    said.until = answer.until;
                }
                Err(Refused::Denied(reason)) => {
                    tracing::info!(who = ?said.name, %reason, "the identity provider ended a session");
                    self.sessions.end(secret);
                    return None;
                }
                Err(Refused::Unreachable(reason)) => {
                    tracing::warn!(%reason, "the identity provider cannot be asked");
                    said.until = Some(Instant::now() + AGAIN);
                }
            }
        }
        let grants = settings.grants_of(&said.groups);
        (!grants.is_empty()).then(|| Person::new(&said.name, grants).with_subject(&account.subject))
    }
}
