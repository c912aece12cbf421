// The packages of tests/package.json that check documents against schemas; see Trunk.toml.

export * as Browser from "../../tests/node_modules/@hyperjump/browser/lib/index.browser.js";
export * as Pointer from "../../tests/node_modules/@hyperjump/json-pointer/lib/index.js";
export * as Formats from "../../tests/node_modules/@hyperjump/json-schema-formats/src/index.js";
import "../../tests/node_modules/@hyperjump/json-schema/draft-04/index.js";
import "../../tests/node_modules/@hyperjump/json-schema/draft-06/index.js";
import "../../tests/node_modules/@hyperjump/json-schema/draft-07/index.js";
import "../../tests/node_modules/@hyperjump/json-schema/draft-2019-09/index.js";
export { setShouldValidateSchema } from "../../tests/node_modules/@hyperjump/json-schema/draft-2020-12/index.js";
export * from "../../tests/node_modules/@hyperjump/json-schema/lib/experimental.js";
export * as Instance from "../../tests/node_modules/@hyperjump/json-schema/lib/instance.js";
