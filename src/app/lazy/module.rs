//! The loader of the second module and its stylesheet.

use super::request::{Request, answer};
use crate::platform::page;
use crate::prelude::*;
use futures_util::FutureExt;
use futures_util::future::join;

/// The module did not arrive: the line broke, or a newer release has taken its place.
#[derive(Debug)]
pub struct Missing;

#[cfg(feature = "split")]
#[allow(unsafe_code, reason = "declared by the macro: a function that the linker finds in the other module")]
mod loader {
    use super::*;

    impl From<wasm_split_helpers::SplitLoaderError> for Missing {
        fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
            Self
        }
    }

    // One for everything: each such function knows only of itself whether its module is here, and is not ready when it is asked first.
    #[wasm_split_helpers::wasm_split(pages, fallible, preload(fetch_module))]
    pub(super) fn ask(request: Box<Request>) -> Result<Html, Missing> {
        Ok(answer(*request))
    }

    pub(super) async fn code() -> Result<(), Missing> {
        Ok(fetch_module().await?)
    }
}

#[cfg(not(feature = "split"))]
mod loader {
    use super::*;

    pub(super) async fn ask(request: Box<Request>) -> Result<Html, Missing> {
        Ok(answer(*request))
    }

    pub(super) async fn code() -> Result<(), Missing> {
        Ok(())
    }
}

/// What its pages are drawn with.
const STYLES: &str = "/pages.css";

/// Fetches the module with its stylesheet; ready when it is polled once, if both are here.
pub async fn fetch() -> Result<(), Missing> {
    let styles = page::base().to_owned() + STYLES;
    let (styled, fetched) = join(page::add_stylesheet(&styles), loader::code()).await;
    if styled { fetched } else { Err(Missing) }
}

/// Fetches the module and has it answer; ready when it is polled once, if it is loaded.
pub async fn send(request: Request) -> Result<Html, Missing> {
    fetch().await?;
    loader::ask(Box::new(request)).await
}

/// The module is loaded: what is asked of it happens at once.
pub fn is_loaded() -> bool {
    fetch().now_or_never().is_some()
}
