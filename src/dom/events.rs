//! Listeners, each with the type that its event has.

use crate::platform::press::Press;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{DragEvent, Event, MouseEvent, SubmitEvent};

/// A function that the browser calls; it lives as long as the view that it belongs to.
pub struct Listener(SendWrapper<Closure<dyn FnMut(Event)>>);

impl Listener {
    fn new(call: Box<dyn FnMut(Event)>) -> Self {
        Self(SendWrapper::new(Closure::wrap(call)))
    }

    pub(super) fn function(&self) -> &js_sys::Function {
        self.0.as_ref().unchecked_ref()
    }
}

pub fn any(call: impl FnMut(Event) + 'static) -> Listener {
    Listener::new(Box::new(call))
}

pub fn mouse(mut call: impl FnMut(MouseEvent) + 'static) -> Listener {
    Listener::new(Box::new(move |event| call(event.unchecked_into())))
}

/// What an input method uses itself is no press.
pub fn key(mut call: impl FnMut(Press) + 'static) -> Listener {
    Listener::new(Box::new(move |event| {
        if let Some(press) = Press::of(event) {
            call(press);
        }
    }))
}

pub fn submit(mut call: impl FnMut(SubmitEvent) + 'static) -> Listener {
    Listener::new(Box::new(move |event| call(event.unchecked_into())))
}

pub fn drag(mut call: impl FnMut(DragEvent) + 'static) -> Listener {
    Listener::new(Box::new(move |event| call(event.unchecked_into())))
}
