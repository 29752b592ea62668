"use strict";

const api = "/vtl/api/v1";
const home = "/system/console/vtl-overview";
const problem = document.getElementById("problem");
let csrf = "";

async function send(method, path, body) {
  problem.textContent = "";
  const headers = { "Content-Type": "application/json" };
  if (csrf) headers["X-VTL-CSRF"] = csrf;
  const response = await fetch(api + path, { method, headers, body: JSON.stringify(body) });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(answer.detail || "VTL answered with " + response.status + ".");
  return answer;
}

function onSubmit(form, action) {
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await action();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
  // Until now the browser would have sent the form itself, with the password in the address.
  button.disabled = false;
}

onSubmit(document.getElementById("login"), async () => {
  await send("POST", "/session", {
    user: document.getElementById("user").value,
    password: document.getElementById("password").value,
  });
  location.replace(home);
});

onSubmit(document.getElementById("first"), async () => {
  const user = document.getElementById("new-user").value;
  const password = document.getElementById("new-password").value;
  await send("POST", "/users", { name: user, role: "admin", password });
  await send("POST", "/session", { user, password });
  location.replace(home);
});

async function first(token) {
  try {
    csrf = (await send("POST", "/session", { token })).csrf;
    document.getElementById("login").hidden = true;
    document.getElementById("first").hidden = false;
    document.getElementById("intro").textContent =
      "You are logged in by the one-time token. Make yourself an account now; the token is used up.";
    document.getElementById("new-user").focus();
  } catch (error) {
    problem.textContent = error.message;
  }
}

// Behind the # it goes into no log and to no server.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  history.replaceState(null, "", location.pathname);
  first(token);
}
