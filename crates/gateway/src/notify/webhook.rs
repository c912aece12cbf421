//! Webhooks, signed as standardwebhooks.com says: `webhook-id`, `webhook-timestamp`, and `webhook-signature` over both and the body.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use reqwest::{Client, Url, header};
use sha2::Sha256;

use super::Channel;
use super::address::PRIVATE;
use super::sender::NotTaken;
use crate::clock;
use crate::relay::pace::retry_after;
use crate::upstream::cause;

const PREFIX: &str = "whsec_";

/// What signs; it is printed nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// `whsec_` and 24 to 64 bytes in base64.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim().strip_prefix(PREFIX)?).ok()?;
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    fn signature(&self, id: &str, seconds: i64, body: &str) -> String {
        // It takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// Where a webhook goes. Its address may be a secret itself, as those of chat programs are.
#[derive(Clone)]
pub struct Webhook {
    url: Url,
    secret: Option<Secret>,
    client: Client,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Webhook(…)")
    }
}

impl Webhook {
    /// `allowed` decides where it may lead; `Err` is one sentence.
    pub fn new(url: Url, secret: Option<Secret>, timeout: Duration, allowed: &super::Allowed) -> Result<Self, String> {
        let client = Client::builder()
            .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(10)))
            // Each name is looked up by ourselves; a proxy would do that in our place, and a redirect lead elsewhere.
            .dns_resolver(allowed.clone())
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_idle_timeout(Duration::from_secs(15));
        let client = client.build().map_err(|error| format!("the HTTP client cannot start: {}", cause(&error)))?;
        Ok(Self { url, secret, client })
    }

    /// An address without a name is not looked up.
    fn refused(&self, channel: &Channel) -> Result<(), String> {
        let literal = self.url.host_str().and_then(|host| host.trim_start_matches('[').trim_end_matches(']').parse().ok());
        if literal.is_some_and(|address| !channel.allowed.permits(address)) { Err(PRIVATE.to_owned()) } else { Ok(()) }
    }

    pub(super) async fn send(&self, channel: &Channel, id: &str, body: &str) -> Result<(), NotTaken> {
        self.refused(channel)?;
        let seconds = clock::now() / 1_000;
        let mut request = self.client.post(self.url.clone()).header(header::CONTENT_TYPE, "application/json");
        request = request.header("webhook-id", id).header("webhook-timestamp", seconds);
        if let Some(secret) = &self.secret {
            request = request.header("webhook-signature", secret.signature(id, seconds, body));
        }
        let answer = request.body(body.to_owned()).send().await.map_err(|error| NotTaken::from(cause(&error)))?;
        if answer.status().is_success() {
            return Ok(());
        }
        let rest = retry_after(answer.headers()).map(|rest| i64::try_from(rest.as_millis()).unwrap_or(i64::MAX));
        Err(NotTaken { why: format!("it answered {}", answer.status().as_u16()), rest })
    }

    /// Asks for nothing but an answer; `Err` says why there is none.
    pub(super) async fn check(&self, channel: &Channel) -> Result<String, String> {
        self.refused(channel)?;
        let answer = self.client.head(self.url.clone()).send().await.map_err(|error| format!("cannot be reached: {}", cause(&error)))?;
        Ok(format!("reachable at {} (it answers HEAD with {})", self.url.origin().ascii_serialization(), answer.status().as_u16()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_signs_as_the_standard_says() {
        // The example of Standard Webhooks' own libraries.
        let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = secret.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_has_the_standards_form_and_is_not_printed() {
        assert_eq!(Secret::read("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), None);
        assert_eq!(Secret::read("whsec_c2hvcnQ="), None);
        let secret = Secret::read(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
