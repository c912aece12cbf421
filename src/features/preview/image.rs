use super::frames::frames;
use super::marking::{Marking, Paper};
use crate::net::Bytes;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A picture, from an address that ends with the view. It has no text to search: marked is what the vendor tells of places.
#[component]
pub fn Image(bytes: Arc<Bytes>, name: String, marking: Option<Marking>) -> Html {
    let Some(address) = page::blob_address(&bytes.body, &bytes.media_type) else {
        return view! { <p class="sl-sm sl-2">{(t().preview.unknown)(&bytes.media_type)}</p> };
    };
    let ends = address.clone();
    on_cleanup(move || page::forget_blob(&ends));
    let marks = marking.map(|marking| {
        marking.paper.set(Paper::Textless);
        // A picture is its only page.
        frames(marking, RwSignal::new(1), RwSignal::new_local(BTreeMap::new()))
    });
    view! {
        <div class="sl-preview__sheet">
            <img class="sl-preview__img" src=address alt=name />
            {marks}
        </div>
    }
}
