import { Alert } from "@mantine/core";

/** Why the form came to nothing. */
export const RefusalNote = ({ error }: { readonly error: Error | null }) =>
  error === null ? null : (
    <Alert color="red" variant="light" mb="md" role="alert" p="xs">
      {error.message}
    </Alert>
  );
