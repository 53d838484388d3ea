console.log("changed");
