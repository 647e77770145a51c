/* "Near me": fills in the place where the browser knows it. Without it city and words do the same. */
(() => {
  "use strict";
  const form = document.querySelector("[data-near]");
  const button = form && form.querySelector("[data-locate]");
  if (!button || !navigator.geolocation) return;
  const said = form.querySelector("[data-locate-said]");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition((place) => {
      form.elements.latitude.value = place.coords.latitude.toFixed(2);
      form.elements.longitude.value = place.coords.longitude.toFixed(2);
      form.elements.city.value = "";
      form.submit();
    }, () => {
      button.removeAttribute("aria-busy");
      said.textContent = form.dataset.near;
    }, { timeout: 8000, maximumAge: 600000 });
  });
})();
