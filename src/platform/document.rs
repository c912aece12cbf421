//! Documents and pictures, drawn by what comes with the first one that is opened: pdf.js, UTIF, or the browser itself.

use console::places::Layer;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlCanvasElement;

/// Why a document or a page is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It needs a password.
    Locked,
    /// A newer drawing took its place.
    Overtaken,
    /// In the decoder's words.
    Broken(String),
}

/// What opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    Pdf,
    Picture,
    Tiff,
}

impl Opener {
    /// Its module, beside `boot.js`. pdf.js' folder carries its version.
    const fn path(self) -> &'static str {
        match self {
            Self::Pdf => "./pdfjs-6.5.438/open.mjs",
            Self::Picture => "./pictures/picture.mjs",
            Self::Tiff => "./pictures/tiff.mjs",
        }
    }
}

/// Into how much room a page is drawn, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    pub width: f64,
    /// All of the page is seen; else it is as high as it is.
    pub height: Option<f64>,
    /// Enlarged.
    pub factor: f64,
    /// Turned, in quarters, clockwise.
    pub quarters: u8,
}

/// What is to be said of a page that was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// A picture or a font could not be read: something is missing.
    pub lacking: bool,
    /// All of one colour.
    pub blank: bool,
    /// Letters are in no font, neither the document's nor this computer's.
    pub unseen: bool,
}

/// An open document; closed when it is dropped.
pub struct Document {
    document: SendWrapper<JsValue>,
    pub pages: u32,
}

impl Document {
    pub async fn open(opener: Opener, bytes: &[u8], media_type: &str) -> Result<Self, Trouble> {
        // WebAssembly cannot import modules: `boot.js` does.
        let window = super::page::window().ok_or_else(|| Trouble::Broken(String::new()))?;
        let module = promised(call(&window, "sluiceImport", &[opener.path().into()])).await?;
        let document = promised(call(&module, "open", &[Uint8Array::from(bytes).into(), media_type.into()])).await?;
        let pages = Reflect::get(&document, &"pages".into()).ok().and_then(|pages| pages.as_f64()).unwrap_or(0.0) as u32;
        Ok(Self { document: SendWrapper::new(document), pages })
    }

    /// Draws a page, from one.
    pub async fn draw(&self, page: u32, canvas: &HtmlCanvasElement, room: Room) -> Result<Drawn, Trouble> {
        let (height, quarters) = (room.height.unwrap_or(0.0), room.quarters.into());
        let given = [page.into(), canvas.into(), room.width.into(), height.into(), room.factor.into(), quarters];
        let said = promised(call(&self.document, "draw", &given)).await?.as_f64().unwrap_or(0.0) as u8;
        Ok(Drawn { lacking: said & 1 != 0, blank: said & 2 != 0, unseen: said & 4 != 0 })
    }

    /// What is written on a page, from one, and where.
    pub async fn text(&self, page: u32) -> Result<Layer, Trouble> {
        let text = promised(call(&self.document, "text", &[page.into()])).await?.as_string().unwrap_or_default();
        Ok(runs::value::json::parse(text.as_bytes()).map(|page| Layer::read(&page)).unwrap_or_default())
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        call(&self.document, "close", &[]).ok();
    }
}

pub(super) fn call(of: &JsValue, name: &str, given: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(of, &name.into())?.dyn_into()?;
    function.apply(of, &given.iter().collect())
}

async fn promised(called: Result<JsValue, JsValue>) -> Result<JsValue, Trouble> {
    JsFuture::from(Promise::resolve(&called.map_err(|error| trouble(&error))?)).await.map_err(|error| trouble(&error))
}

fn trouble(error: &JsValue) -> Trouble {
    let part = |name: &str| Reflect::get(error, &name.into()).ok().and_then(|value| value.as_string());
    match part("name").as_deref() {
        Some("PasswordException") => Trouble::Locked,
        Some("RenderingCancelledException") => Trouble::Overtaken,
        _ => Trouble::Broken(part("message").or_else(|| error.as_string()).unwrap_or_default()),
    }
}
