// CloudFront function (runtime 2.0), viewer request: a path without a file name is a view of the page.
// Rewriting here instead of mapping S3's 403 to the page keeps the firewall's refusals visible.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  const name = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (!name.includes('.')) {
    request.uri = '/index.html';
  }
  return request;
}
