// Times and sizes as people read them.

/** Seconds as a clock: 0:07, 12:34, 1:02:03. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

/** Seconds from a clock that somebody typed, `null` if it is none. */
export function fromClock(written) {
  if (!/^\d+(:\d{1,2}){0,2}([.,]\d+)?$/.test(written.trim())) return null;
  return written.trim().replace(",", ".").split(":").reduce((total, part) => total * 60 + Number(part), 0);
}

/** Bytes in decimal units, as file managers show them. */
export function size(bytes, language) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let amount = bytes, unit = 0;
  while (amount >= 1000 && unit < units.length - 1) [amount, unit] = [amount / 1000, unit + 1];
  const digits = unit < 2 || amount >= 100 ? 0 : 1;
  return new Intl.NumberFormat(language, {
    style: "unit", unit: units[unit], unitDisplay: unit ? "short" : "long", maximumFractionDigits: digits,
  }).format(amount);
}

/** A length of time in its two largest units: 42 s, 3 min, 1 h 20 min. */
export function span(seconds, language) {
  const unit = (amount, name) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(amount);
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return unit(whole, "second");
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  return unit(Math.floor(minutes / 60), "hour") + (rest ? ` ${unit(rest, "minute")}` : "");
}

/** Two lengths of time in the unit of the longer one, which is not made shorter than it is: 4–7 min. */
export function spans(low, high, language) {
  const [name, seconds, digits] = high < 60 ? ["second", 1, 0] : high < 3600 ? ["minute", 60, 0] : ["hour", 3600, 1];
  const step = 10 ** digits;
  const last = Math.ceil((high * step) / seconds) / step;
  const first = Math.min(Math.max(1, Math.round((low * step) / seconds)) / step, last);
  const format = new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" });
  return first === last ? format.format(last) : format.formatRange(first, last);
}

/** How long ago a moment was, both in milliseconds since 1970. */
export function ago(moment, now, language) {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const seconds = Math.round((moment - now) / 1000);
  if (seconds > -60) return format.format(0, "second");
  if (seconds > -3600) return format.format(Math.round(seconds / 60), "minute");
  if (seconds > -86400) return format.format(Math.round(seconds / 3600), "hour");
  if (seconds > -7 * 86400) return format.format(Math.round(seconds / 86400), "day");
  return new Date(moment).toLocaleDateString(language, { dateStyle: "medium" });
}
