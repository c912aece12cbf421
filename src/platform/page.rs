//! The document: title, focus, visibility, theme, clipboard, leaving.

use super::BROWSER;
use js_sys::Promise;
use std::cell::{OnceCell, RefCell};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Clipboard, Document, Element, HtmlElement, VisibilityState, Window};

pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

/// Whether numbers have a decimal comma in the browser's language.
pub fn decimal_comma() -> bool {
    let format = js_sys::Intl::NumberFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).format();
    let written = format.call1(&JsValue::NULL, &JsValue::from_f64(1.5)).ok().and_then(|written| written.as_string());
    written.is_some_and(|written| written.contains(','))
}

/// The document's title and icon, with a count.
#[derive(Default)]
pub(super) struct Title {
    /// The page's own title, and the count before it.
    parts: RefCell<(String, String)>,
    /// The icon without a count.
    icon: OnceCell<String>,
}

pub fn set_title(title: &str) {
    change_title(|own, _| title.clone_into(own));
}

/// Puts a count before the title, and a mark on the icon; none for zero.
pub fn set_count(count: u64, more: bool) {
    change_title(|_, before| {
        *before = match (count, more) {
            (0, _) => String::new(),
            (count, false) => format!("({count}) "),
            (count, true) => format!("({count}+) "),
        }
    });
    set_icon(count);
}

fn change_title(change: impl FnOnce(&mut String, &mut String)) {
    BROWSER.with(|browser| {
        let mut parts = browser.title.parts.borrow_mut();
        let (own, count) = &mut *parts;
        change(own, count);
        // Until a page has named itself, the title is the one that came with it.
        if let Some(document) = document().filter(|_| !own.is_empty()) {
            document.set_title(&format!("{count}{own}"));
        }
    });
}

/// The icon as it came, or drawn with a count on it.
fn set_icon(count: u64) {
    let Some(link) = document().and_then(|document| document.query_selector("link[rel=icon]").ok().flatten()) else { return };
    let plain = BROWSER.with(|browser| browser.title.icon.get_or_init(|| link.get_attribute("href").unwrap_or_default()).clone());
    let drawn = match count {
        0 => plain,
        1..=9 => icon_with(&count.to_string()),
        _ => icon_with("9+"),
    };
    if link.get_attribute("href").as_deref() != Some(&drawn) {
        link.set_attribute("href", &drawn).ok();
    }
}

fn icon_with(mark: &str) -> String {
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='#0b6379'/>\
         <path d='M7 6v19M20 6v8M7 11h13M12 11v7M16 11v4' fill='none' stroke='#fff' stroke-width='2.4' stroke-linecap='round'/>\
         <circle cx='21' cy='21' r='11' fill='#ffcf8a'/>\
         <text x='21' y='27' text-anchor='middle' font-family='sans-serif' font-weight='700' font-size='16' fill='#3a1f00'>{mark}</text></svg>"
    );
    format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&svg))
}

/// Whether a control holds something that is no value, e.g. half a date; the browser then says what is wrong with it.
pub fn is_unfinished(event: &web_sys::Event) -> bool {
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    input.is_some_and(|input| !input.report_validity())
}

pub fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Moves focus; `false` if there is no such element.
pub fn focus(id: &str) -> bool {
    by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|element| element.focus().is_ok())
}

pub fn has_focus(id: &str) -> bool {
    document().and_then(|document| document.active_element()).is_some_and(|active| active.id() == id)
}

/// Focuses once the frame that is being rendered is there.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    leptos::prelude::request_animation_frame(move || {
        focus(&id);
    });
}

/// Until what stands in the document now has been drawn.
pub async fn drawn() {
    next_frame().await;
    next_frame().await;
    // After the second frame's own work.
    super::clock::sleep(0).await;
}

/// The form in which texts are compared.
pub fn normal_form(text: &str) -> String {
    console::text::normal::of(text, &compatible)
}

/// Composed, without ligatures and the like, in lower case, by the browser's tables, which need no download.
pub fn compatible(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKC").to_lower_case().into()
}

pub fn upper_case(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}

/// Known without a layout, unlike the height of the window, which is at most this.
pub fn screen_height() -> i32 {
    window().and_then(|window| window.screen().ok()).and_then(|screen| screen.height().ok()).unwrap_or(0)
}

/// How far down the window is scrolled.
pub fn scrolled() -> i32 {
    window().and_then(|window| window.scroll_y().ok()).unwrap_or(0.0) as i32
}

/// Whether the page is long enough for that.
pub fn can_scroll_to(top: i32) -> bool {
    let root = document().and_then(|document| document.document_element());
    root.is_some_and(|root| root.scroll_height() - root.client_height() >= top)
}

pub fn scroll_to(top: i32) {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, f64::from(top));
    }
}

/// Moves focus; nothing scrolls. `false` if it is not an element that can have it.
pub fn focus_in_place(element: impl JsCast) -> bool {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    element.dyn_into::<HtmlElement>().is_ok_and(|element| element.focus_with_options(&options).is_ok())
}

/// Nothing has the focus: keys go to nobody.
pub fn focus_is_nowhere() -> bool {
    document().is_some_and(|document| document.active_element().is_none_or(|active| active.tag_name() == "BODY"))
}

pub async fn next_frame() {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            window.request_animation_frame(&resolve).ok();
        }
    });
    JsFuture::from(promise).await.ok();
}

/// Path, query and fragment of the present address.
pub fn location() -> (String, String, String) {
    let location = window().map(|window| window.location());
    let part = |read: fn(&web_sys::Location) -> Result<String, JsValue>| location.as_ref().and_then(|at| read(at).ok()).unwrap_or_default();
    (part(web_sys::Location::pathname), part(web_sys::Location::search), part(web_sys::Location::hash))
}

/// The path that the app lies under, without a slash at its end: empty at the root of a host name. A gateway under a path writes it into
/// the addresses of the files in `index.html`.
pub fn base() -> &'static str {
    let read = || {
        let script = document().and_then(|document| document.query_selector("script[data-wasm]").ok().flatten());
        let file: &'static str = script.and_then(|script| script.get_attribute("data-wasm")).unwrap_or_default().leak();
        file.rsplit_once('/').map_or("", |(base, _)| base)
    };
    BROWSER.with(|browser| *browser.base.get_or_init(read))
}

/// With the origin, for handing on.
pub fn absolute(href: &str) -> String {
    let origin = window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    origin + href
}

/// Brings the tab to the front.
pub fn come_forward() {
    if let Some(window) = window() {
        window.focus().ok();
    }
}

/// Adds a stylesheet, if it is not there yet; `false` if it does not arrive.
pub async fn add_stylesheet(href: &str) -> bool {
    let Some(link) = by_id(href).or_else(|| new_stylesheet(href)) else { return false };
    // It has its rules once it is loaded.
    if js_sys::Reflect::get(&link, &"sheet".into()).is_ok_and(|sheet| sheet.is_truthy()) {
        return true;
    }
    let promise = Promise::new(&mut |resolve, reject| {
        link.add_event_listener_with_callback("load", &resolve).ok();
        link.add_event_listener_with_callback("error", &reject).ok();
    });
    let arrived = JsFuture::from(promise).await.is_ok();
    if !arrived {
        link.remove();
    }
    arrived
}

fn new_stylesheet(href: &str) -> Option<Element> {
    let document = document()?;
    let link = document.create_element("link").ok()?;
    for (name, value) in [("id", href), ("rel", "stylesheet"), ("href", href)] {
        link.set_attribute(name, value).ok()?;
    }
    document.query_selector("head").ok()??.append_child(&link).ok()?;
    Some(link)
}

/// Lets the browser fetch a file and keep it; without a name of ours it takes the one that comes with it.
pub fn download(href: &str, name: &str) {
    let link = document().and_then(|document| document.create_element("a").ok()).and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        link.set_attribute("download", name).ok();
        link.set_attribute("href", href).ok();
        link.click();
    }
}

pub fn leave_for(href: &str) {
    if let Some(window) = window() {
        window.location().assign(href).ok();
    }
}

pub fn reload() {
    if let Some(window) = window() {
        window.location().reload().ok();
    }
}

pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// Returns when the tab can be seen: at once, or when it is shown again.
pub async fn until_visible() {
    while is_hidden() {
        let Some(document) = document() else { return };
        let promise = Promise::new(&mut |resolve, _| {
            let options = js_sys::Object::new();
            js_sys::Reflect::set(&options, &"once".into(), &true.into()).ok();
            document
                .add_event_listener_with_callback_and_add_event_listener_options("visibilitychange", &resolve, options.unchecked_ref())
                .ok();
        });
        JsFuture::from(promise).await.ok();
    }
}

/// `light`, `dark`, or `None` for what the system says.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    match theme {
        Some(theme) => root.set_attribute("data-theme", theme).ok(),
        None => root.remove_attribute("data-theme").ok(),
    };
}

pub fn prefers_dark() -> bool {
    window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten()).is_some_and(|query| query.matches())
}

/// Puts text on the clipboard; `false` if the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    // Over plain HTTP from another machine there is none.
    let clipboard = js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).unwrap_or_default();
    match clipboard.dyn_ref::<Clipboard>() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}

/// A random id, `cmd_` and 128 bits, for idempotency keys.
pub fn random_key() -> String {
    let mut bytes = [0u8; 16];
    let filled =
        window().and_then(|window| window.crypto().ok()).is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        // No crypto outside secure contexts; uniqueness within one browser is what an intent needs.
        for byte in &mut bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    bytes.iter().fold(String::from("cmd_"), |mut key, byte| {
        key.push_str(&format!("{byte:02x}"));
        key
    })
}

#[wasm_bindgen]
extern "C" {
    /// An element where it is painted.
    #[wasm_bindgen(extends = Element)]
    type Painted;
    type Frame;
    #[wasm_bindgen(method, js_name = getBoundingClientRect)]
    fn frame(this: &Painted) -> Frame;
    #[wasm_bindgen(method, getter)]
    fn top(this: &Frame) -> f64;
    #[wasm_bindgen(method, getter)]
    fn bottom(this: &Frame) -> f64;
    #[wasm_bindgen(method, getter)]
    fn left(this: &Frame) -> f64;
    #[wasm_bindgen(method, getter)]
    fn right(this: &Frame) -> f64;
}

/// Scrolls what an element lies in, up to `within`, until it can be seen; nothing else moves.
pub fn reveal(element: &Element, within: &Element) {
    let mut around = element.parent_element();
    while let Some(area) = around {
        let (own, place) = (element.unchecked_ref::<Painted>().frame(), area.unchecked_ref::<Painted>().frame());
        // A third from the top, so that what stands around it is seen too.
        if area.scroll_height() > area.client_height() && (own.top() < place.top() || own.bottom() > place.bottom()) {
            let third = f64::from(area.client_height()) / 3.0;
            area.set_scroll_top(area.scroll_top() + (own.top() - place.top() - third) as i32);
        }
        if area.scroll_width() > area.client_width() && (own.left() < place.left() || own.right() > place.right()) {
            let third = f64::from(area.client_width()) / 3.0;
            area.set_scroll_left(area.scroll_left() + (own.left() - place.left() - third) as i32);
        }
        around = if area == *within { None } else { area.parent_element() };
    }
}

/// Whether text around an element runs from right to left.
pub fn is_rtl(element: &Element) -> bool {
    element.closest("[dir]").ok().flatten().is_some_and(|around| around.get_attribute("dir").as_deref() == Some("rtl"))
}
