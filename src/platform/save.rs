//! A file that is written piece by piece: straight to the disk where the browser can, else as pieces that it keeps until they are
//! handed over as a download.

use super::page::{self, window};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Url};

/// So many bytes are kept for a download.
const MOST_KEPT: usize = 256 * 1024 * 1024;
/// Milliseconds after which a download has surely begun.
const BEGUN: u32 = 60_000;

/// Where a file came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Chosen,
    Downloads,
}

pub enum Sink {
    /// A place on the disk that the person chose, and its open file.
    Disk {
        handle: JsValue,
        file: JsValue,
    },
    Kept {
        pieces: Array,
        bytes: usize,
    },
}

/// What a file is called before it has a place.
pub struct Named {
    pub name: String,
    pub extension: &'static str,
    pub media_type: &'static str,
    pub kind: &'static str,
}

/// Asks for a place where the browser can; `None`: the person chose none. To be called on a click.
pub async fn open(named: &Named) -> Option<Sink> {
    let picker = window().and_then(|window| Reflect::get(&window, &"showSaveFilePicker".into()).ok()?.dyn_into::<Function>().ok());
    let Some(picker) = picker else { return Some(Sink::kept()) };
    match choose(&picker, named).await {
        Ok(sink) => Some(sink),
        Err(error) if name_of(&error) == "AbortError" => None,
        // Not allowed here, in a frame for example: a download is.
        Err(_) => Some(Sink::kept()),
    }
}

async fn choose(picker: &Function, named: &Named) -> Result<Sink, JsValue> {
    let accept = object(&[(plain(named.media_type), Array::of1(&format!(".{}", named.extension).into()).into())])?;
    let kind = object(&[("description", named.kind.into()), ("accept", accept.into())])?;
    let options = object(&[("suggestedName", named.name.as_str().into()), ("types", Array::of1(&kind).into())])?;
    let handle = wait(picker.call1(&JsValue::UNDEFINED, &options)?).await?;
    let file = call(&handle, "createWritable", &JsValue::UNDEFINED).await?;
    Ok(Sink::Disk { handle, file })
}

impl Sink {
    pub fn kept() -> Self {
        Self::Kept { pieces: Array::new(), bytes: 0 }
    }

    pub const fn place(&self) -> Place {
        match self {
            Self::Disk { .. } => Place::Chosen,
            Self::Kept { .. } => Place::Downloads,
        }
    }

    /// What more is written would not be kept.
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Kept { bytes, .. } if *bytes >= MOST_KEPT)
    }

    /// Adds text, as UTF-8; the browser's words if it could not.
    pub async fn write(&mut self, text: &str) -> Result<(), String> {
        match self {
            Self::Disk { file, .. } => call(file, "write", &text.into()).await.map(|_| ()).map_err(|error| words(&error)),
            Self::Kept { pieces, bytes } => {
                // A piece of its own, which the browser may put on the disk: this page's memory stays as it is.
                let piece = Blob::new_with_str_sequence(&Array::of1(&text.into())).map_err(|error| words(&error))?;
                pieces.push(&piece);
                *bytes += text.len();
                Ok(())
            }
        }
    }

    /// Ends the file: it is there, or its download begins.
    pub async fn finish(self, named: &Named) -> Result<(), String> {
        match self {
            Self::Disk { file, .. } => call(&file, "close", &JsValue::UNDEFINED).await.map(|_| ()).map_err(|error| words(&error)),
            Self::Kept { pieces, .. } => download(&pieces, &named.name, named.media_type).map_err(|error| words(&error)),
        }
    }

    /// Leaves no file behind.
    pub async fn abort(self) {
        if let Self::Disk { handle, file } = self {
            call(&file, "abort", &JsValue::UNDEFINED).await.ok();
            // Not every browser can take the empty file away that choosing its place has made.
            call(&handle, "remove", &JsValue::UNDEFINED).await.ok();
        }
    }
}

/// Hands a short text to the browser as a file to keep.
pub fn text(name: &str, text: &str, media_type: &str) {
    download(&Array::of1(&text.into()), name, media_type).ok();
}

fn download(pieces: &Array, name: &str, media_type: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let address = Url::create_object_url_with_blob(&Blob::new_with_blob_sequence_and_options(pieces, &options)?)?;
    page::download(&address, name);
    gloo_timers::callback::Timeout::new(BEGUN, move || {
        Url::revoke_object_url(&address).ok();
    })
    .forget();
    Ok(())
}

/// A media type without its parameters.
fn plain(media_type: &'static str) -> &'static str {
    media_type.split(';').next().unwrap_or(media_type)
}

fn object(pairs: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in pairs {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

async fn call(of: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let method = Reflect::get(of, &name.into())?.dyn_into::<Function>()?;
    wait(method.call1(of, argument)?).await
}

async fn wait(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

fn name_of(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

fn words(error: &JsValue) -> String {
    Reflect::get(error, &"message".into()).ok().and_then(|words| words.as_string()).unwrap_or_else(|| name_of(error))
}
