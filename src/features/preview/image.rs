use crate::net::Bytes;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use std::sync::Arc;

/// A picture, from an address that ends with the view.
#[component]
pub fn Image(bytes: Arc<Bytes>, name: String) -> Html {
    let Some(address) = page::blob_address(&bytes.body, &bytes.media_type) else {
        return view! { <p class="sl-sm sl-2">{(t().preview.unknown)(&bytes.media_type)}</p> };
    };
    let ends = address.clone();
    on_cleanup(move || page::forget_blob(&ends));
    view! { <img class="sl-preview__img" src=address alt=name /> }
}
