//! The built app: precompressed files with the right caching, and `index.html` for every page's address.

mod embedded;

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;
use http_body_util::BodyExt;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use crate::encoding::Encoding;
use crate::problem::Problem;

const INDEX: &str = "/index.html";
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// A built app.
#[derive(Clone, Debug)]
pub struct Assets {
    place: Place,
    /// The path before every address; empty at the root.
    base: String,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(ServeDir),
    /// Inside the binary.
    Embedded(embedded::Files),
}

impl Assets {
    /// `Err` says in one sentence what is missing.
    pub fn open(dir: &Path) -> Result<Self, String> {
        if !dir.join("index.html").is_file() {
            return Err(format!(
                "The app is not built: there is no {}. `cargo xtask run` builds and starts everything; --app names another folder.",
                dir.join("index.html").display()
            ));
        }
        let files = ServeDir::new(dir).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
        Ok(Self { place: Place::Folder(files), base: String::new() })
    }

    /// The app in this binary, or the one in the folder where a build leaves it.
    pub fn own() -> Result<Self, String> {
        match embedded::files() {
            Some(files) => Ok(Self { place: Place::Embedded(files), base: String::new() }),
            None => Self::open(&Self::default_dir()),
        }
    }

    /// `dist` in the working directory, else beside the binary.
    fn default_dir() -> PathBuf {
        let here = PathBuf::from("dist");
        let beside = std::env::current_exe().ok().and_then(|binary| Some(binary.parent()?.join("dist")));
        match beside {
            Some(beside) if !here.join("index.html").is_file() && beside.join("index.html").is_file() => beside,
            _ => here,
        }
    }

    /// The same app under a path.
    #[must_use]
    pub fn under(self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    pub async fn answer(&self, request: Request) -> Response<Body> {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Pages and files are only read.").allowing("GET, HEAD").into_response();
        }
        let path = if uri.path() == "/" { INDEX } else { uri.path() };
        // ServeDir would take a trailing slash for nothing; the compressed twins are no files of their own.
        if ![".br", ".gz", "/"].iter().any(|end| path.ends_with(end)) {
            let response = self.file(path, method, headers).await;
            if response.status() != StatusCode::NOT_FOUND {
                return response;
            }
        }
        if navigates(headers) && !is_file_name(path) {
            return self.file(INDEX, method, headers).await;
        }
        Problem::new(StatusCode::NOT_FOUND, "There is no such file in the app.").into_response()
    }

    async fn file(&self, path: &str, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let hashed = is_hashed(path);
        if path == INDEX && !self.base.is_empty() {
            return self.moved_index(method, headers).await;
        }
        let mut response = match &self.place {
            Place::Folder(files) => from_folder(files, path, hashed, method, headers).await,
            Place::Embedded(files) => embedded::answer(files, path, headers),
        };
        if !matches!(response.status(), StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED) {
            return if response.status() == StatusCode::RANGE_NOT_SATISFIABLE { response } else { not_found() };
        }
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if hashed {
            response.headers_mut().insert(header::CACHE_CONTROL, IMMUTABLE);
            return response;
        }
        response.headers_mut().insert(header::CACHE_CONTROL, REVALIDATE);
        tagged(response, headers).await
    }
}

impl Assets {
    /// `index.html` with the addresses of its files where they are.
    async fn moved_index(&self, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let plain = match &self.place {
            Place::Folder(files) => from_folder(files, INDEX, false, method, &HeaderMap::new()).await,
            Place::Embedded(files) => embedded::answer(files, INDEX, &HeaderMap::new()),
        };
        let (mut parts, body) = plain.into_parts();
        let Ok(bytes) = body.collect().await.map(http_body_util::Collected::to_bytes) else { return not_found() };
        let text = moved(&String::from_utf8_lossy(&bytes), &self.base);
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        parts.headers.insert(header::CACHE_CONTROL, REVALIDATE);
        let text = Bytes::from(text);
        let packed = match Encoding::taken(headers) {
            Some(encoding) => encoding.compress(text.clone()).await.ok().map(|bytes| (encoding, bytes)),
            None => None,
        };
        let body = match packed {
            Some((encoding, bytes)) => {
                parts.headers.insert(header::CONTENT_ENCODING, encoding.value());
                bytes.into()
            }
            None => text,
        };
        tagged(Response::from_parts(parts, Body::from(body)), headers).await
    }
}

/// Every address in a page that begins at the root begins under the base.
fn moved(page: &str, base: &str) -> String {
    ["href", "src", "data-js", "data-wasm", "data-pages"].iter().fold(page.to_owned(), |page, name| {
        ["", "\""].iter().fold(page, |page, quote| page.replace(&format!("{name}={quote}/"), &format!("{name}={quote}{base}/")))
    })
}

async fn from_folder(files: &ServeDir, path: &str, hashed: bool, method: &Method, headers: &HeaderMap) -> Response<Body> {
    let Ok(uri) = path.parse::<Uri>() else { return not_found() };
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri;
    let asked: &[_] = if hashed {
        &[header::ACCEPT_ENCODING, header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE, header::RANGE, header::IF_RANGE]
    } else {
        // Whole, so that its tag can be made of its bytes: times of files survive a rebuild in containers.
        &[header::ACCEPT_ENCODING]
    };
    for name in asked {
        if let Some(value) = headers.get(name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    if hashed {
        *request.method_mut() = method.clone();
    }
    match files.clone().oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn not_found() -> Response<Body> {
    Problem::new(StatusCode::NOT_FOUND, "There is no such file in the app.").into_response()
}

/// Adds an `ETag` of the bytes and answers 304 if the caller has them.
async fn tagged(response: Response<Body>, asked: &HeaderMap) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "A file of the app cannot be read. Build it again with `cargo xtask run`.")
            .into_response();
    };
    // The hash only has to change with the bytes; it guards nothing.
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    let tag = format!("\"{:016x}-{:x}\"", hasher.finish(), bytes.len());
    let known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|candidate| matches!(candidate.trim(), "*") || candidate.trim().trim_start_matches("W/") == tag);
    parts.headers.remove(header::ACCEPT_RANGES);
    if let Ok(value) = HeaderValue::try_from(tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether a page is being opened, not a script, style or picture of one.
fn navigates(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-dest") {
        Some(dest) => dest == "document" || dest == "iframe" || dest == "frame",
        None => headers.get_all(header::ACCEPT).iter().any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html"))),
    }
}

const EXTENSIONS: [&str; 14] =
    [".js", ".mjs", ".wasm", ".css", ".map", ".svg", ".png", ".ico", ".woff2", ".txt", ".json", ".webmanifest", ".br", ".gz"];

/// Names that only ever mean a file: a missing one is missing, not a page. Addresses of runs may end in dots and letters.
fn is_file_name(path: &str) -> bool {
    !path.starts_with("/c/") && EXTENSIONS.iter().any(|extension| path.ends_with(extension))
}

/// Whether Trunk put the hash of the content into the name: `app-0123456789abcdef.css`, `app-…_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let Some((_, hash)) = stem.rsplit_once('-') else { return false };
    matches!(extension, "js" | "wasm" | "css" | "svg" | "png" | "ico" | "woff2")
        && (6..=16).contains(&hash.len())
        && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        // A word such as `facade` is no hash.
        && hash.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{is_hashed, moved};

    #[test]
    fn a_page_under_a_path_names_its_files_there() {
        let page =
            r#"<link href=/a.css rel=stylesheet><a class=x href=/>home</a><script data-js=/b.js data-pages="/c.wasm" src="/boot.js">"#;
        let expected = r#"<link href=/s/a.css rel=stylesheet><a class=x href=/s/>home</a><script data-js=/s/b.js data-pages="/s/c.wasm" src="/s/boot.js">"#;
        assert_eq!(moved(page, "/s"), expected);
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        for (path, expected) in [
            ("/sluice-app-0123456789abcdef.js", true),
            ("/sluice-app-0123456789abcdef_bg.wasm", true),
            ("/app-1a2b3c.css", true),
            ("/index.html", false),
            ("/boot.js", false),
            ("/name-facade.js", false),
            ("/name-0123456789abcdef0.js", false),
            ("/name-0123456789ABCDEF.js", false),
            ("/x-0123456789abcdef.html", false),
            ("/0123456789abcdef/app.js", false),
        ] {
            assert_eq!(is_hashed(path), expected, "{path}");
        }
    }
}
