{{/* Everything below is of one namespace, which the certificate's names carry. */}}
{{- define "metadata" -}}
{{- if ne .root.Release.Namespace .root.Values.namespace -}}
{{- fail (printf "this cluster's certificate is for the namespace %s: install it there, not in %s" .root.Values.namespace .root.Release.Namespace) -}}
{{- end -}}
name: {{ .name }}
namespace: {{ .root.Values.namespace }}
labels:
  {{- include "labels" .root | nindent 2 }}
{{- end }}

{{- define "labels" -}}
{{ toYaml .Values.labels }}
app.kubernetes.io/version: {{ .Values.version | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Labels of a pod: what selects it, and Datadog's unified tags. */}}
{{- define "podLabels" -}}
{{ toYaml .selector }}
app.kubernetes.io/version: {{ .root.Values.version | quote }}
tags.datadoghq.com/env: {{ .root.Values.tags.env }}
tags.datadoghq.com/service: {{ .root.Values.tags.service }}
tags.datadoghq.com/version: {{ .root.Values.version | quote }}
team: {{ .root.Values.tags.team }}
{{- end }}

{{/* One user for all containers of a pod: a signal to another's process needs the same one, no capability. */}}
{{- define "podSecurity" -}}
runAsNonRoot: true
runAsUser: 100
runAsGroup: 1000
fsGroup: 1000
# A volume of many files is not walked at each start.
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Our own image: its name in the pod, its arguments, and its memory in MiB. */}}
{{- define "helper" -}}
name: {{ .name }}
image: {{ .root.Values.helperImage }}
imagePullPolicy: IfNotPresent
args:
  {{- toYaml .arguments | nindent 2 }}
env:
  # Where boto3 looks; who asks is known by EKS Pod Identity.
  - {name: AWS_DEFAULT_REGION, value: {{ .root.Values.region }}}
  - {name: DD_ENV, value: {{ .root.Values.tags.env }}}
  - {name: DD_SERVICE, value: {{ .root.Values.tags.service }}}
  - {name: HOME, value: /tmp}
securityContext:
  {{- include "containerSecurity" . | nindent 2 }}
resources:
  requests: {cpu: 20m, memory: {{ .memory }}Mi}
  limits: {memory: {{ .memory }}Mi}
{{- end }}

{{/* The server's program, which is also its image's. */}}
{{- define "program" -}}
{{ eq .Values.product "openbao" | ternary "bao" "vault" }}
{{- end }}

{{/* What tells a change of configuration from none: pods are replaced for it, standbys first. */}}
{{- define "configuration" -}}
{{ toJson .Values.servers | sha256sum }}
{{- end }}

{{/* A probe of the server over TLS; the kubelet checks no certificate. Standbys are as good as the leader. */}}
{{- define "health" -}}
{path: "/v1/sys/health?standbyok=true&perfstandbyok=true{{ .query }}", port: https-api, scheme: HTTPS}
{{- end }}

{{/* The token by which our own jobs log in: for this Vault alone, and short. */}}
{{- define "login" -}}
projected:
  defaultMode: 0440
  sources:
    - serviceAccountToken: {path: token, audience: {{ .Values.audience }}, expirationSeconds: 600}
{{- end }}

{{/* A job by schedule: one at a time, ended when the next is due, retried by the schedule and not by itself. */}}
{{- define "schedule" -}}
schedule: {{ .schedule | quote }}
timeZone: Etc/UTC
concurrencyPolicy: Forbid
startingDeadlineSeconds: 120
successfulJobsHistoryLimit: 1
failedJobsHistoryLimit: 3
{{- end }}

{{- define "jobPod" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
securityContext:
  {{- include "podSecurity" . | nindent 2 }}
{{- end }}

{{/*
The key that signs, for its owner alone: the kubelet gives a Secret's files to root and to the group, and our signer
refuses a key that a group may read.
*/}}
{{- define "signer" -}}
name: signer
image: {{ .Values.helperImage }}
imagePullPolicy: IfNotPresent
command:
  - python3
  - -c
  - |
    import os, shutil
    os.umask(0o077)
    for name in ("key.pem", "key.pem.pub"):
        shutil.copyfile(f"/run/signer/{name}", f"{{ .Values.folders.signer }}/{name}")
securityContext:
  {{- include "containerSecurity" . | nindent 2 }}
resources:
  requests: {cpu: 20m, memory: 32Mi}
  limits: {memory: 32Mi}
volumeMounts:
  - {name: signer-secret, mountPath: /run/signer, readOnly: true}
  - {name: signer, mountPath: {{ .Values.folders.signer }}}
{{- end }}

{{/* The model by its file, as nothing can be mounted inside of a folder that is mounted read-only. */}}
{{- define "signingMounts" -}}
- {name: model, mountPath: {{ .Values.folders.spec }}/cluster.yaml, subPath: cluster.yaml, readOnly: true}
- {name: signer, mountPath: {{ .Values.folders.signer }}, readOnly: true}
{{- end }}

{{- define "signingVolumes" -}}
- name: model
  configMap: {name: {{ .Values.configMaps.model }}}
- name: signer-secret
  secret:
    secretName: {{ .Values.signerSecret }}
    defaultMode: 0440
    items: [{key: key.pem, path: key.pem}, {key: key.pem.pub, path: key.pem.pub}]
- name: signer
  emptyDir: {medium: Memory, sizeLimit: 1Mi}
{{- end }}
