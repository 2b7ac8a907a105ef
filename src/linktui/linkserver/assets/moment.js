// Says each moment in the reader's own zone; without this script it is said in UTC.
"use strict";

for (const time of document.querySelectorAll("time")) {
  const page = document.documentElement.lang;
  const reader = navigator.languages.find((language) => language.split("-")[0] === page) || page;
  time.textContent = new Date(time.dateTime).toLocaleString(reader, {
    year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
}
