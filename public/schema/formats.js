// What `format` says of a value. Unknown ones are said to be.

import { exactOf, uncheckedAt } from "./rules.js";
import { isWhole } from "./exact.js";
import { matches } from "./patterns.js";
import { Formats, Instance } from "./validator.js";

// As vendors write times: the zone may be missing, a blank may stand for the T.
const TIME = "([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d([.,]\\d+)?)?( ?([Zz]|[+-]([01]\\d|2[0-3]):?[0-5]\\d))?";
const [ofDay, atEnd] = [new RegExp(`^${TIME}$`), new RegExp(`^[Tt ]${TIME}$`)];

const KNOWN = {
  "date-time": (text) => Formats.isDateTime(text) || (Formats.isDate(text.slice(0, 10)) && atEnd.test(text.slice(10))),
  date: Formats.isDate,
  time: (text) => Formats.isTime(text) || ofDay.test(text),
  duration: Formats.isDuration,
  // Letters of any script are letters of a name by now, whichever of the two a schema asks for.
  email: (text) => Formats.isEmail(text) || Formats.isIdnEmail(text),
  hostname: Formats.isAsciiIdn,
  ipv4: Formats.isIPv4,
  ipv6: Formats.isIPv6,
  uri: Formats.isUri,
  "uri-reference": Formats.isUriReference,
  iri: Formats.isIri,
  "iri-reference": Formats.isIriReference,
  "uri-template": Formats.isUriTemplate,
  uuid: Formats.isUuid,
  "json-pointer": Formats.isJsonPointer,
  "relative-json-pointer": Formats.isRelativeJsonPointer,
  "idn-email": Formats.isIdnEmail,
  "idn-hostname": Formats.isIdn,
  regex: (text) => matches(text, "") !== "unreadable",
};
// What other descriptions of data call them.
Object.assign(KNOWN, { url: KNOWN.iri, guid: KNOWN.uuid, "ip-address": KNOWN.ipv4, "host-name": KNOWN.hostname });

// Say how a value is kept or shown, not which values there are.
const NO_RULE = new Set(["float", "double", "decimal", "number", "integer", "currency", "money", "string", "text", "textarea", "password", "byte", "binary"]);
const WHOLE = { int32: 31n, int64: 63n };

export function formatFits(format, instance) {
  const type = Instance.typeOf(instance);
  if (Object.hasOwn(WHOLE, format)) return type !== "number" || isBetween(exactOf(instance), 1n << WHOLE[format]);
  if (type !== "string" || NO_RULE.has(format)) return true;
  if (Object.hasOwn(KNOWN, format)) return KNOWN[format](Instance.value(instance));
  uncheckedAt(instance, "format", format);
  return true;
}

function isBetween(value, edge) {
  if (!isWhole(value) || value.power + value.digits.length > 20) return false;
  const size = BigInt(value.digits || 0) * 10n ** BigInt(value.power);
  return value.sign < 0 ? size <= edge : size < edge;
}
