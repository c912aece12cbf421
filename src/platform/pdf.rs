//! PDF documents, drawn by pdf.js, which comes with the first document that is opened.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlCanvasElement;

/// An open document; closed when it is dropped.
pub struct Pdf {
    document: SendWrapper<JsValue>,
    pub pages: u32,
}

impl Pdf {
    /// `Err` says why in pdf.js' words.
    pub async fn open(bytes: &[u8]) -> Result<Self, String> {
        // `boot.js` names the module, because its folder carries the version.
        let window = super::page::window().ok_or_else(String::new)?;
        let module = promised(call(&window, "sluicePdf", &[])).await?;
        let document = promised(call(&module, "open", &[Uint8Array::from(bytes).into()])).await?;
        let pages = Reflect::get(&document, &"pages".into()).ok().and_then(|pages| pages.as_f64()).unwrap_or(0.0) as u32;
        Ok(Self { document: SendWrapper::new(document), pages })
    }

    /// Draws a page, from one, `width` CSS pixels wide; returns its text.
    pub async fn draw(&self, page: u32, canvas: &HtmlCanvasElement, width: f64) -> Result<String, String> {
        let text = promised(call(&self.document, "draw", &[page.into(), canvas.into(), width.into()])).await?;
        Ok(text.as_string().unwrap_or_default())
    }
}

impl Drop for Pdf {
    fn drop(&mut self) {
        call(&self.document, "close", &[]).ok();
    }
}

fn call(of: &JsValue, name: &str, given: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(of, &name.into())?.dyn_into()?;
    function.apply(of, &given.iter().collect())
}

async fn promised(called: Result<JsValue, JsValue>) -> Result<JsValue, String> {
    let words = |error: JsValue| {
        let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
        message.or_else(|| error.as_string()).unwrap_or_default()
    };
    JsFuture::from(Promise::resolve(&called.map_err(words)?)).await.map_err(words)
}
