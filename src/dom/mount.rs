//! A view inside Leptos' own: at the root and below the router.

use super::Html;
use super::region::clear;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use web_sys::{Element, Node};

/// The markers around a mounted view.
pub struct Mounted {
    all: Html,
    start: Node,
    end: Node,
}

impl Render for Html {
    type State = Mounted;

    fn build(self) -> Mounted {
        let (all, start, end) = super::region::bounds();
        all.0.insert_before(&self.0, Some(&end)).ok();
        Mounted { all, start, end }
    }

    fn rebuild(self, state: &mut Mounted) {
        clear(&state.start, &state.end);
        if let Some(parent) = state.end.parent_node() {
            parent.insert_before(&self.0, Some(&state.end)).ok();
        }
    }
}

impl Mountable for Mounted {
    fn unmount(&mut self) {
        // Back into the fragment, so that it can be mounted again.
        let mut next = Some(self.start.clone());
        while let Some(node) = next {
            let last = node.is_same_node(Some(&self.end));
            next = if last { None } else { node.next_sibling() };
            self.all.0.append_child(&node).ok();
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        parent.insert_before(&self.all.0, marker).ok();
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.start.parent_element() {
            Some(parent) => {
                child.mount(&parent, Some(&self.start));
                true
            }
            None => false,
        }
    }

    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}

impl AddAnyAttr for Html {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _attr: A) -> Self {
        self
    }
}

/// Only for the browser: there is no server that would write it as text.
impl RenderHtml for Html {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _buf: &mut String, _position: &mut Position, _escape: bool, _mark: bool, _extra: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _cursor: &Cursor, _position: &PositionState) -> Mounted {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
