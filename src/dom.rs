//! The document, written by hand: a few plain functions that the `view!` macro calls, over Leptos' signals and owners.
//!
//! Why not Leptos' own renderer: see `crates/markup`. What is different from it: a region that depends on signals is built anew
//! when they change, not compared; so regions are kept small, focus is put back where it was, and lists that change row by row
//! go through [`keyed`].

mod child;
pub mod events;
mod keyed;
mod mount;
mod region;
#[cfg(all(test, target_arch = "wasm32"))]
#[expect(clippy::unwrap_used, reason = "a test that finds nothing fails")]
mod tests;
mod value;

pub use child::Child;
pub use events::Listener;
pub use keyed::{KeyedRow, keyed};
pub use region::region;
pub use value::{IntoVal, Val};

use leptos::prelude::{RenderEffect, on_cleanup};
use leptos::reactive::graph::{Subscriber, ToAnySubscriber};
use leptos::tachys::html::node_ref::NodeRefContainer;
use send_wrapper::SendWrapper;
use std::cell::{Cell, OnceCell, RefCell};
use value::apply;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, Node};

/// One node, or a fragment of several.
#[derive(Clone, Debug)]
pub struct Html(pub(crate) Node);

fn document() -> Document {
    // There is no app without a document: `mount` has found one.
    leptos::tachys::dom::document()
}

/// Attributes known before the page runs.
type Fixed = &'static [(&'static str, &'static str)];

/// A place in the code where an element is made.
type Place = (*const u8, usize, *const (&'static str, &'static str), usize);

/// Nodes that are copied. A `static`, because they belong to places in the code and not to any page or owner.
struct Templates {
    /// In the order of their places.
    elements: RefCell<Vec<(Place, Element)>>,
    marker: OnceCell<Node>,
}

thread_local! {
    static TEMPLATES: Templates = const { Templates { elements: RefCell::new(Vec::new()), marker: OnceCell::new() } };
}

/// An HTML element.
pub fn element(name: &'static str, fixed: Fixed) -> Html {
    copy(name, fixed, || document().create_element(name))
}

/// The same for SVG.
pub fn svg(name: &'static str, fixed: Fixed) -> Html {
    copy(name, fixed, || document().create_element_ns(Some("http://www.w3.org/2000/svg"), name))
}

/// The first element of each place in the code is kept to copy: names and values cross over to the browser once, not for each row.
fn copy(name: &'static str, fixed: Fixed, create: impl FnOnce() -> Result<Element, JsValue>) -> Html {
    let place = (name.as_ptr(), name.len(), fixed.as_ptr(), fixed.len());
    let at = TEMPLATES.with(|templates| {
        let elements = templates.elements.borrow();
        let at = elements.binary_search_by_key(&place, |(place, _)| *place);
        at.map(|at| elements.get(at).map(|(_, element)| element.clone_node()))
    });
    let at = match at {
        Ok(Some(Ok(node))) => return Html(node),
        Ok(_) => None,
        Err(at) => Some(at),
    };
    let Ok(element) = create() else { return fragment() };
    for (name, value) in fixed {
        element.set_attribute(name, value).ok();
    }
    if matches!(name, "bdi" | "code") {
        // What a vendor wrote is no text of ours: a browser that translates the page leaves it alone.
        element.set_attribute("translate", "no").ok();
    }
    if let (Some(at), Ok(node)) = (at, element.clone_node()) {
        TEMPLATES.with(|templates| templates.elements.borrow_mut().insert(at, (place, element)));
        return Html(node);
    }
    Html(element.into())
}

/// A region of anything that a view can hold.
pub fn live<T: Child>(build: impl Fn() -> T + 'static) -> Html {
    build.view()
}

pub fn fragment() -> Html {
    Html(document().create_document_fragment().into())
}

pub fn text(text: &str) -> Html {
    Html(document().create_text_node(text).into())
}

impl Html {
    /// Appends a view; a fragment's nodes move over.
    pub fn child(&self, child: Html) {
        self.0.append_child(&child.0).ok();
    }

    pub fn set(&self, name: &'static str, value: impl IntoVal) {
        self.attribute(name, value.val());
    }

    fn attribute(&self, name: &'static str, value: Val) {
        let new = Cell::new(true);
        self.bind(value, move |element, value| apply(element, name, value, new.replace(false)));
    }

    pub fn class(&self, name: &'static str, on: impl IntoVal) {
        self.bind(on.val(), move |element, value| {
            element.class_list().toggle_with_force(name, value.is_on()).ok();
        });
    }

    /// Geometry: the policy of the page allows no style attribute.
    pub fn style(&self, name: &'static str, value: impl IntoVal) {
        let new = Cell::new(true);
        self.bind(value.val(), move |element, value| {
            let Some(style) = element.dyn_ref::<HtmlElement>().map(HtmlElement::style) else { return };
            let value = value.text().unwrap_or_default();
            // What stands there already is not set again: whoever watches the element would take it for a change.
            if new.replace(false) || style.get_property_value(name).as_deref() != Ok(value) {
                style.set_property(name, value).ok();
            }
        });
    }

    pub fn property(&self, name: &'static str, value: impl IntoVal) {
        self.bind(value.val(), move |element, value| {
            let value = match value {
                Val::Flag(on) => JsValue::from_bool(*on),
                other => JsValue::from_str(other.text().unwrap_or_default()),
            };
            js_sys::Reflect::set(element, &name.into(), &value).ok();
        });
    }

    pub fn on(&self, event: &'static str, listener: Listener) {
        self.0.add_event_listener_with_callback(event, listener.function()).ok();
        let node = SendWrapper::new(self.0.clone());
        // Taking a focused element away is an event itself: by then nobody may listen any more.
        on_cleanup(move || {
            node.remove_event_listener_with_callback(event, listener.function()).ok();
            drop(listener);
        });
    }

    /// Lets a reference find the element.
    pub fn keep<E>(&self, reference: impl NodeRefContainer<E>)
    where
        E: leptos::html::ElementType,
    {
        if let Some(element) = self.0.dyn_ref::<Element>() {
            reference.load(element);
        }
    }

    /// Applies a value now, and again whenever it changes.
    fn bind(&self, value: Val, put: impl Fn(&Element, &Val) + 'static) {
        let Some(element) = self.0.dyn_ref::<Element>() else { return };
        match value {
            Val::Live(read) => {
                let element = element.clone();
                effect(Box::new(move || put(&element, &read())));
            }
            fixed => put(element, &fixed),
        }
    }
}

/// Runs now and whenever a signal that it read changes, for as long as its owner lives.
pub(crate) fn effect(run: Box<dyn Fn()>) {
    let effect = SendWrapper::new(RenderEffect::new(move |_: Option<()>| run()));
    on_cleanup(move || {
        // By itself a signal lets go of an effect that is gone only when it changes next, and some never do: a list that is renewed
        // all day would fill them with rows of the past.
        let subscriber = effect.to_any_subscriber();
        subscriber.clear_sources(&subscriber);
    });
}
