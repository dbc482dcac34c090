// A list that is scrolled stays where it is when jobs come: they are put before it.

/** What is shown, `{jobs, next}`, with the newest page: jobs behind the page's last one stay, unless others lie between. */
export function withNewest({ jobs, next }, { data, next: following }) {
  const place = following ? jobs.findIndex((job) => job.job_id === data.at(-1)?.job_id) : -1;
  return place < 0 ? { jobs: data, next: following } : { jobs: [...data, ...jobs.slice(place + 1)], next };
}
