/** RFC 1123, as the name of a Node must be (apimachinery validation.go, IsDNS1123Subdomain). */
const subdomain = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** Whether a text is a valid name of a Node. */
export const isNodeName = (name: string): boolean => subdomain.test(name);
