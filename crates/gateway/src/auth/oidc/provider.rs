//! The provider's calls, by the crate `openidconnect`, carried by our own HTTP client.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    CoreTokenType,
};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdToken, IdTokenFields, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse as _,
    UserInfoClaims,
};
use runs::Json;
use tokio::sync::Mutex;

use super::claims::{Claims, groups, name};
use super::{AGAIN, Attempt, Settings};
use crate::auth::token;

type Fields = IdTokenFields<Claims, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Identity = IdToken<Claims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Party = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider's addresses and keys are read again after this.
const FRESH: Duration = Duration::from_secs(3_600);
const TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST: usize = 1024 * 1024;

/// Why the provider gave no answer that counts.
#[derive(Debug)]
pub enum Refused {
    /// It said no, or what it said does not hold.
    Denied(String),
    /// It did not answer.
    Unreachable(String),
}

/// What the provider says of somebody; `None` where it said nothing this time.
#[derive(Debug)]
pub struct Answer {
    pub subject: String,
    pub sid: Option<String>,
    pub name: Option<String>,
    pub groups: Option<Vec<String>>,
    pub id_token: Option<String>,
    pub refresh_token: Option<String>,
    pub until: Option<Instant>,
}

#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    client: reqwest::Client,
    known: Mutex<Option<(Arc<ProviderMetadataWithLogout>, Instant)>>,
}

#[derive(Debug, thiserror::Error)]
enum Carrying {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("{0}")]
    Answer(#[from] axum::http::Error),
    #[error("the answer is too large")]
    TooLarge,
}

impl Provider {
    pub fn new(settings: Settings) -> Result<Self, String> {
        let builder = reqwest::Client::builder()
            // A redirect could lead to an address that only this machine reaches.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT);
        let client = builder.build().map_err(|error| format!("The HTTP client cannot start: {error}."))?;
        Ok(Self { settings, client, known: Mutex::new(None) })
    }

    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        reqwest::Url::parse(&self.settings.issuer).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    pub fn client_id(&self) -> &str {
        &self.settings.client_id
    }

    async fn carry(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Carrying> {
        let answer = client.execute(request.try_into()?).await?;
        let mut builder = axum::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            builder = builder.header(name, value);
        }
        let mut body = Vec::new();
        let mut pieces = answer.bytes_stream();
        while let Some(piece) = pieces.next().await {
            body.extend_from_slice(&piece?);
            if body.len() > LARGEST {
                return Err(Carrying::TooLarge);
            }
        }
        Ok(builder.body(body)?)
    }

    fn http(&self) -> impl Fn(HttpRequest) -> std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, Carrying>> + Send>> + Send + Sync {
        let client = self.client.clone();
        move |request| Box::pin(Self::carry(client.clone(), request))
    }

    /// The provider's addresses and keys; `anew`: they may have changed. Whoever sends what does not hold cannot have them read again
    /// and again.
    pub async fn metadata(&self, anew: bool) -> Result<Arc<ProviderMetadataWithLogout>, Refused> {
        let mut known = self.known.lock().await;
        let fresh = if anew { AGAIN } else { FRESH };
        if let Some((metadata, _)) = known.as_ref().filter(|(_, read)| read.elapsed() < fresh) {
            return Ok(Arc::clone(metadata));
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| Refused::Unreachable(error.to_string()))?;
        let http = self.http();
        let metadata =
            ProviderMetadataWithLogout::discover_async(issuer, &http).await.map_err(|error| Refused::Unreachable(told(&error)))?;
        let metadata = Arc::new(metadata);
        *known = Some((Arc::clone(&metadata), Instant::now()));
        Ok(metadata)
    }

    fn party(&self, metadata: &ProviderMetadataWithLogout, redirect: Option<&str>) -> Result<Party, Refused> {
        let secret = self.settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.0.clone()));
        let id = ClientId::new(self.settings.client_id.clone());
        let party: Party = Client::from_provider_metadata(metadata.clone(), id, secret);
        match redirect {
            None => Ok(party),
            Some(redirect) => {
                let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|error| Refused::Denied(error.to_string()))?;
                Ok(party.set_redirect_uri(redirect))
            }
        }
    }

    /// Where the browser goes, and what to remember until it comes back.
    pub(super) async fn begin(&self, redirect: &str, next: &str) -> Result<(String, Attempt), Refused> {
        let metadata = self.metadata(false).await?;
        let party = self.party(&metadata, Some(redirect))?;
        let word = || token::secret().map_err(Refused::Unreachable);
        let (state, nonce, verifier) = (word()?, word()?, word()?);
        let verifier = PkceCodeVerifier::new(verifier);
        let (own_state, own_nonce) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let mut asked = party.authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            move || own_state.clone(),
            move || own_nonce.clone(),
        );
        for scope in &self.settings.scopes {
            asked = asked.add_scope(Scope::new(scope.clone()));
        }
        // Some providers give a refresh token only to whom people agreed to explicitly.
        if self.settings.scopes.iter().any(|scope| scope == "offline_access") {
            asked = asked.add_prompt(CoreAuthPrompt::Consent);
        }
        let (url, ..) = asked.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier)).url();
        let attempt = Attempt { state, nonce, verifier: verifier.into_secret(), redirect: redirect.to_owned(), next: next.to_owned() };
        Ok((url.into(), attempt))
    }

    /// Who came back with this code.
    pub(super) async fn finish(&self, code: &str, attempt: &Attempt) -> Result<Answer, Refused> {
        let metadata = self.metadata(false).await?;
        let party = self.party(&metadata, Some(&attempt.redirect))?;
        let http = self.http();
        let asked = party
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| Refused::Unreachable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()));
        let tokens = asked.request_async(&http).await.map_err(refused)?;
        let identity = tokens.id_token().ok_or_else(|| Refused::Denied("it gave no ID token".into()))?;
        let nonce = Nonce::new(attempt.nonce.clone());
        self.answer(&tokens, identity, Some(&nonce), None).await
    }

    /// What the provider says now of whom it knew.
    pub async fn refresh(&self, token: &str, subject: &str) -> Result<Answer, Refused> {
        let metadata = self.metadata(false).await?;
        let party = self.party(&metadata, None)?;
        let http = self.http();
        let token = RefreshToken::new(token.to_owned());
        let asked = party.exchange_refresh_token(&token).map_err(|error| Refused::Unreachable(error.to_string()))?;
        let tokens = asked.request_async(&http).await.map_err(refused)?;
        match tokens.id_token() {
            Some(identity) => self.answer(&tokens, identity, None, Some(subject)).await,
            // Some give none with a refresh: they confirmed the person, and said nothing new.
            None => Ok(Answer {
                subject: subject.to_owned(),
                sid: None,
                name: None,
                groups: None,
                id_token: None,
                refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
                until: tokens.expires_in().map(|time| Instant::now() + time),
            }),
        }
    }

    async fn answer(&self, tokens: &Tokens, identity: &Identity, nonce: Option<&Nonce>, subject: Option<&str>) -> Result<Answer, Refused> {
        let check = |metadata: &ProviderMetadataWithLogout| -> Result<_, Refused> {
            let party = self.party(metadata, None)?;
            let verifier = party.id_token_verifier().set_allowed_algs(
                metadata
                    .id_token_signing_alg_values_supported()
                    .iter()
                    .filter(|alg| !matches!(alg, CoreJwsSigningAlgorithm::None))
                    .cloned(),
            );
            // After a refresh there is no nonce of ours in it.
            let fits = |found: Option<&Nonce>| match nonce {
                None => Ok(()),
                Some(nonce) if found.is_some_and(|found| token::same(found.secret(), nonce.secret())) => Ok(()),
                Some(_) => Err("it is of another sign-in".to_owned()),
            };
            identity.claims(&verifier, fits).cloned().map_err(|error| Refused::Denied(told(&error)))
        };
        let claims = match check(&*self.metadata(false).await?) {
            Ok(claims) => claims,
            // Its keys may have changed meanwhile.
            Err(_) => check(&*self.metadata(true).await?)?,
        };
        let found = claims.subject().as_str().to_owned();
        if subject.is_some_and(|known| known != found) {
            return Err(Refused::Denied("it answered for somebody else".into()));
        }
        let more = &claims.additional_claims().0;
        let mut said = more.get(&self.settings.groups_claim).map(groups);
        let own_name = match self.settings.name_claim.as_str() {
            "preferred_username" => claims.preferred_username().map(|name| name.as_str().to_owned()),
            "email" => claims.email().map(|email| email.as_str().to_owned()),
            "name" => claims.name().and_then(|name| name.get(None)).map(|name| name.as_str().to_owned()),
            other => more.get(other).and_then(Json::as_str).map(str::to_owned),
        };
        if said.is_none() {
            said = self.groups_of_user_info(tokens, &found).await;
        }
        Ok(Answer {
            name: own_name.as_deref().and_then(name).or_else(|| name(&found)),
            sid: more.get("sid").and_then(Json::as_str).map(str::to_owned),
            groups: Some(said.unwrap_or_default()),
            subject: found,
            id_token: Some(identity.to_string()),
            refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
            until: tokens.expires_in().map(|time| Instant::now() + time),
        })
    }

    /// Some providers name groups only where one asks for more about a person.
    async fn groups_of_user_info(&self, tokens: &Tokens, subject: &str) -> Option<Vec<String>> {
        let metadata = self.metadata(false).await.ok()?;
        let party = self.party(&metadata, None).ok()?;
        let http = self.http();
        let asked = party.user_info(tokens.access_token().clone(), Some(SubjectIdentifier::new(subject.to_owned()))).ok()?;
        let claims: UserInfoClaims<Claims, CoreGenderClaim> = asked.request_async(&http).await.ok()?;
        claims.additional_claims().0.get(&self.settings.groups_claim).map(groups)
    }

    /// Where the provider ends its own session, if it has such an address.
    pub async fn logout(&self, id_token: &str, back: &str) -> Option<String> {
        let metadata = self.metadata(false).await.ok()?;
        let end = metadata.additional_metadata().end_session_endpoint.clone()?;
        let identity: Identity = id_token.parse().ok()?;
        let back = PostLogoutRedirectUrl::new(back.to_owned()).ok()?;
        let request = LogoutRequest::from(end)
            .set_id_token_hint(&identity)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Some(request.http_get_url().into())
    }
}

fn refused<E: std::error::Error + 'static>(error: RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>) -> Refused {
    match &error {
        RequestTokenError::ServerResponse(answer) => Refused::Denied(answer.error().to_string()),
        RequestTokenError::Request(_) => Refused::Unreachable(told(&error)),
        _ => Refused::Denied(told(&error)),
    }
}

/// An error with its causes, in one line of a bounded length.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text.chars().filter(|letter| !letter.is_control()).take(300).collect()
}
