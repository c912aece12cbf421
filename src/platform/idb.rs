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
/// A text that grows is measured against the others every so many characters: that reads them all.
const STEP: usize = 65_536;

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
    let transaction = database.0.transaction_with_str(STORE)?;
    let store = transaction.object_store(STORE)?;
    let range = range(start)?;
    let keys = answer(&store.get_all_keys_with_key(&range)?);
    let values = answer(&store.get_all_with_key(&range)?);
    let (keys, values) = (Array::from(&keys.await?), Array::from(&values.await?));
    let pairs = keys.iter().zip(values.iter());
    Ok(pairs.filter_map(|(key, value)| Some((key.as_string()?, text_of(&value)?))).collect())
}

async fn write(key: &str, decide: impl FnOnce(Option<&str>) -> Change) -> Result<bool, JsValue> {
    let database = open().await?;
    let transaction = database.0.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let ended = end_of(&transaction);
    let store = transaction.object_store(STORE)?;
    let key = JsValue::from_str(key);
    let before = text_of(&answer(&store.get(&key)?).await?);
    let kept = match decide(before.as_deref()) {
        Change::Leave => true,
        Change::Put { text, .. } if text.len() > LONGEST => false,
        Change::Put { at, text } => {
            let steps = |text: &str| text.len() / STEP;
            if before.is_none_or(|before| steps(&before) < steps(&text)) {
                make_room(&store, &key, text.len()).await?;
            }
            let value = Object::new();
            Reflect::set(&value, &BY_TIME.into(), &JsValue::from_f64(at as f64))?;
            Reflect::set(&value, &"text".into(), &text.into())?;
            store.put_with_key(&value, &key)?;
            true
        }
    };
    ended.await?;
    Ok(kept)
}

/// Removes the oldest of the others, so that a text of `more` characters fits under this key.
async fn make_room(store: &IdbObjectStore, own: &JsValue, more: usize) -> Result<(), JsValue> {
    let index = store.index(BY_TIME)?;
    let keys = answer(&index.get_all_keys()?);
    let values = answer(&index.get_all()?);
    let (keys, values) = (Array::from(&keys.await?), Array::from(&values.await?));
    let size = |value: JsValue| text_of(&value).map_or(0, |text| text.len());
    let others: Vec<(JsValue, usize)> =
        keys.iter().zip(values.iter()).filter(|(key, _)| key != own).map(|(key, value)| (key, size(value))).collect();
    let mut count = others.len() + 1;
    let mut total = others.iter().map(|(_, size)| size).sum::<usize>() + more;
    for (key, size) in others {
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
    let transaction = database.0.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let ended = end_of(&transaction);
    transaction.object_store(STORE)?.delete(&range(start)?.into())?;
    ended.await?;
    Ok(())
}

/// Opened for each use, and closed after it, whatever came of it: no connection stands in the way of another tab that brings a newer version.
struct Open(IdbDatabase);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.close();
    }
}

async fn open() -> Result<Open, JsValue> {
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
    Ok(Open(database.unchecked_into()))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    async fn put(key: &str, at: i64, characters: usize) -> bool {
        change(key, |_| Change::Put { at, text: "x".repeat(characters) }).await
    }

    #[wasm_bindgen_test]
    async fn a_text_that_grows_has_to_find_room_as_a_new_one_has() {
        remove("").await;
        for at in 0..9_u32 {
            assert!(put(&format!("grows/{at}"), at.into(), if at == 8 { 10 } else { LONGEST - 10 }).await);
        }
        assert_eq!(read("grows/").await.len(), 9);
        assert!(put("grows/8", 8, LONGEST - 10).await);
        let kept: Vec<String> = read("grows/").await.into_iter().map(|(key, _)| key).collect();
        assert_eq!(kept, ["grows/1", "grows/2", "grows/3", "grows/4", "grows/5", "grows/6", "grows/7", "grows/8"]);
        remove("").await;
    }

    #[wasm_bindgen_test]
    async fn a_connection_that_is_let_go_of_stands_in_nobodys_way() {
        drop(open().await.unwrap());
        let factory = web_sys::window().unwrap().indexed_db().unwrap().unwrap();
        // Waits until every connection is closed.
        let deleted = factory.delete_database(NAME).unwrap();
        assert!(answer(&deleted).await.is_ok());
    }
}
