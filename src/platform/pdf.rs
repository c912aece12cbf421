//! PDF documents, drawn by pdf.js, which comes with the first document that is opened.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use runs::places::Layer;
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
    /// In pdf.js' words.
    Broken(String),
}

/// An open document; closed when it is dropped.
pub struct Pdf {
    document: SendWrapper<JsValue>,
    pub pages: u32,
}

impl Pdf {
    pub async fn open(bytes: &[u8]) -> Result<Self, Trouble> {
        // `boot.js` names the module, because its folder carries the version.
        let window = super::page::window().ok_or_else(|| Trouble::Broken(String::new()))?;
        let module = promised(call(&window, "sluicePdf", &[])).await?;
        let document = promised(call(&module, "open", &[Uint8Array::from(bytes).into()])).await?;
        let pages = Reflect::get(&document, &"pages".into()).ok().and_then(|pages| pages.as_f64()).unwrap_or(0.0) as u32;
        Ok(Self { document: SendWrapper::new(document), pages })
    }

    /// Draws a page, from one, `width` CSS pixels wide.
    pub async fn draw(&self, page: u32, canvas: &HtmlCanvasElement, width: f64) -> Result<(), Trouble> {
        promised(call(&self.document, "draw", &[page.into(), canvas.into(), width.into()])).await.map(drop)
    }

    /// What is written on a page, from one, and where.
    pub async fn text(&self, page: u32) -> Result<Layer, Trouble> {
        let text = promised(call(&self.document, "text", &[page.into()])).await?.as_string().unwrap_or_default();
        Ok(runs::json::parse(text.as_bytes()).map(|page| Layer::read(&page)).unwrap_or_default())
    }
}

impl Drop for Pdf {
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
