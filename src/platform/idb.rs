//! IndexedDB: texts by key, with the time of their last change, bounded in number and size. The only module that touches it.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbIndexParameters, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

const NAME: &str = "sluice";
/// Raised when stores change; [`upgrade`] then brings older ones up to it.
const VERSION: u32 = 1;
const STORE: &str = "drafts";
const BY_TIME: &str = "at";

/// So many texts are kept; the oldest go first.
const MOST: usize = 50;
/// Characters of one text, and of all together.
const LONGEST: usize = 4_000_000;
const MOST_CHARACTERS: usize = 32_000_000;

/// What becomes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Leave,
    Put { at: i64, text: String },
}

/// Every text whose key begins so.
pub async fn read(start: &str) -> Vec<(String, String)> {
    read_all(start).await.unwrap_or_default()
}

/// Reads a text, says what becomes of it, and does that before anybody else can write: also against other tabs.
/// `false`: it was not kept.
pub async fn change(key: &str, decide: impl FnOnce(Option<&str>) -> Change) -> bool {
    let done = write(key, decide).await;
    matches!(done, Ok(true))
}

/// Removes every text whose key begins so.
pub async fn remove(start: &str) -> bool {
    remove_all(start).await.is_ok()
}

async fn read_all(start: &str) -> Result<Vec<(String, String)>, JsValue> {
    let database = open().await?;
    let transaction = database.transaction_with_str(STORE)?;
    let store = transaction.object_store(STORE)?;
    let range = range(start)?;
    let keys = answer(&store.get_all_keys_with_key(&range)?);
    let values = answer(&store.get_all_with_key(&range)?);
    let (keys, values) = (Array::from(&keys.await?), Array::from(&values.await?));
    database.close();
    let pairs = keys.iter().zip(values.iter());
    Ok(pairs.filter_map(|(key, value)| Some((key.as_string()?, text_of(&value)?))).collect())
}

async fn write(key: &str, decide: impl FnOnce(Option<&str>) -> Change) -> Result<bool, JsValue> {
    let database = open().await?;
    let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let ended = end_of(&transaction);
    let store = transaction.object_store(STORE)?;
    let key = JsValue::from_str(key);
    let before = text_of(&answer(&store.get(&key)?).await?);
    let kept = match decide(before.as_deref()) {
        Change::Leave => true,
        Change::Put { text, .. } if text.len() > LONGEST => false,
        Change::Put { at, text } => {
            if before.is_none() {
                make_room(&store, text.len()).await?;
            }
            let value = Object::new();
            Reflect::set(&value, &BY_TIME.into(), &JsValue::from_f64(at as f64))?;
            Reflect::set(&value, &"text".into(), &text.into())?;
            store.put_with_key(&value, &key)?;
            true
        }
    };
    ended.await?;
    database.close();
    Ok(kept)
}

/// Removes the oldest, so that one more fits.
async fn make_room(store: &IdbObjectStore, more: usize) -> Result<(), JsValue> {
    let index = store.index(BY_TIME)?;
    let keys = answer(&index.get_all_keys()?);
    let values = answer(&index.get_all()?);
    let (keys, values) = (Array::from(&keys.await?), Array::from(&values.await?));
    let sizes: Vec<usize> = values.iter().map(|value| text_of(&value).map_or(0, |text| text.len())).collect();
    let mut count = sizes.len() + 1;
    let mut total = sizes.iter().sum::<usize>() + more;
    for (key, size) in keys.iter().zip(sizes) {
        if count <= MOST && total <= MOST_CHARACTERS {
            break;
        }
        store.delete(&key)?;
        count -= 1;
        total -= size;
    }
    Ok(())
}

async fn remove_all(start: &str) -> Result<(), JsValue> {
    let database = open().await?;
    let transaction = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let ended = end_of(&transaction);
    transaction.object_store(STORE)?.delete(&range(start)?.into())?;
    ended.await?;
    database.close();
    Ok(())
}

/// Opened for each use, and closed after it: no connection stands in the way of another tab that brings a newer version.
async fn open() -> Result<IdbDatabase, JsValue> {
    let factory = web_sys::window().ok_or(JsValue::NULL)?.indexed_db()?.ok_or(JsValue::NULL)?;
    let request = factory.open_with_u32(NAME, VERSION)?;
    let opening = request.clone();
    let upgrade = Closure::once(move || {
        if let Ok(database) = opening.result() {
            upgrade(database.unchecked_ref()).ok();
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let database = answer(&request).await?;
    Ok(database.unchecked_into())
}

fn upgrade(database: &IdbDatabase) -> Result<(), JsValue> {
    if !database.object_store_names().contains(STORE) {
        let store = database.create_object_store(STORE)?;
        store.create_index_with_str_and_optional_parameters(BY_TIME, BY_TIME, &IdbIndexParameters::new())?;
    }
    Ok(())
}

fn range(start: &str) -> Result<IdbKeyRange, JsValue> {
    IdbKeyRange::bound(&start.into(), &format!("{start}\u{ffff}").into())
}

fn text_of(value: &JsValue) -> Option<String> {
    if value.is_undefined() { None } else { Reflect::get(value, &"text".into()).ok()?.as_string() }
}

/// The listeners are set at once, so that no answer comes before they are there.
fn answer(request: &IdbRequest) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    let request = request.clone();
    async move {
        JsFuture::from(promise).await?;
        request.result()
    }
}

fn end_of(transaction: &IdbTransaction) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onerror(Some(&reject));
        transaction.set_onabort(Some(&reject));
    }))
}
