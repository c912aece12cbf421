use js_sys::{Array, Function, Reflect, RegExp};
use wasm_bindgen::JsCast;

/// Matches a JSON Schema's pattern as the schema's authors mean it: as a Unicode regular expression of JavaScript.
/// `None`: it is none. The caller bounds both texts.
pub fn matches(pattern: &str, text: &str) -> Option<bool> {
    // The plain constructor throws for a bad pattern, which would end the page.
    let constructor = Reflect::get(&js_sys::global(), &"RegExp".into()).ok()?.dyn_into::<Function>().ok()?;
    let made = Reflect::construct(&constructor, &Array::of2(&pattern.into(), &"u".into())).ok()?;
    Some(made.dyn_into::<RegExp>().ok()?.test(text))
}
