//! E-mail, by a mail server of the operator's.

use std::fmt;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Letter};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Transport, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::Channel;
use super::message::Message;
use super::sender::NotTaken;

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (port 465).
    Implicit,
    /// Asked for, and insisted on, before anything is said (port 587).
    Starttls,
    /// Not at all: for a server on this machine, or in a network of one's own.
    None,
}

impl Tls {
    pub const WORDS: &'static str = "\"implicit\", \"starttls\" or \"none\"";

    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "implicit" => Some(Self::Implicit),
            "starttls" => Some(Self::Starttls),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    pub const fn port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// A mail server, and who writes to whom.
#[derive(Clone)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// Who signed the server's certificate, in PEM, where that is nobody whom this machine knows.
    pub authority: Option<Certificate>,
    pub credentials: Option<(String, String)>,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    /// The name that the server is greeted with, and messages are named by.
    pub own_name: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Mail").field("host", &self.host).field("port", &self.port).field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl Mail {
    pub(super) async fn send(&self, channel: &Channel, id: &str, message: &Message) -> Result<(), NotTaken> {
        let letter = self.letter(id, message)?;
        let server = self.server(channel).await?;
        server.send(letter).await.map(drop).map_err(|error| NotTaken::from(told(&error)))
    }

    /// Greets the server and signs in, no more.
    pub(super) async fn check(&self, channel: &Channel) -> Result<String, String> {
        let server = self.server(channel).await?;
        match server.test_connection().await {
            Ok(true) => Ok(format!("reachable at {}:{}, signed in", self.host, self.port)),
            Ok(false) => Err(format!("{}:{} closes the connection", self.host, self.port)),
            Err(error) => Err(format!("{}:{}: {}", self.host, self.port, told(&error))),
        }
    }

    async fn server(&self, channel: &Channel) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
        let found = channel.allowed.look_up(&self.host, self.port).await?;
        // The address that was looked at is the one that is called, and the certificate is the name's.
        let address = found.first().ok_or("the name has no address")?.ip();
        let parameters = || {
            let mut parameters = TlsParameters::builder(self.host.clone());
            if let Some(authority) = &self.authority {
                parameters = parameters.add_root_certificate(authority.clone());
            }
            parameters.build().map_err(|error| format!("TLS cannot begin: {}", told(&error)))
        };
        let tls = match self.tls {
            Tls::Implicit => Transport::Wrapper(parameters()?),
            Tls::Starttls => Transport::Required(parameters()?),
            Tls::None => Transport::None,
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.to_string())
            .port(self.port)
            .tls(tls)
            .timeout(Some(channel.timeout))
            .hello_name(ClientId::Domain(self.own_name.clone()));
        if let Some((user, password)) = &self.credentials {
            server = server.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(server.build())
    }

    fn letter(&self, id: &str, message: &Message) -> Result<Letter, String> {
        let mut letter = Letter::builder().from(self.from.clone()).subject(&message.subject).header(ContentType::TEXT_PLAIN);
        for to in &self.to {
            letter = letter.to(to.clone());
        }
        // The same with each attempt, so that a mail that comes twice is seen to be one.
        letter = letter.message_id(Some(format!("<{id}@{}>", self.own_name))).header(AutoSubmitted);
        letter.body(format!("{}\n", message.text)).map_err(|_| "the mail cannot be written".to_owned())
    }
}

/// Keeps those from answering who answer by themselves (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// What went wrong, without the server's words: they may repeat what it was told.
fn told(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server refused it ({code})"),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if error.is_tls() => "the mail server's TLS is not to be trusted".to_owned(),
        None if error.is_client() => "the mail server does not offer what is asked of it (STARTTLS, or a way to sign in)".to_owned(),
        None if error.is_response() => "what answers is no mail server".to_owned(),
        None => "the mail server cannot be reached, or broke off".to_owned(),
    }
}
