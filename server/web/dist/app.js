// The number of jobs, until there is more to see.
const answer = await fetch("jobs?limit=1");
const {items} = await answer.json();
document.getElementById("jobs").textContent = items.length ? "there are some" : "none";
